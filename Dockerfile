# The broker and its sample worker: two images that share one Java runtime.
#   docker build -t lurcher .                        the broker
#   docker build -t lurcher-hello --target hello .   the sample worker

FROM maven:3.9-eclipse-temurin-25 AS build
RUN apt-get update && apt-get install -y --no-install-recommends sqlite3
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -ntp -DskipTests -Dspotless.apply.skip -Dspotless.check.skip -pl broker,sample-handlers -am package
RUN sqlite3 config.sqlite ".read config.sqlite.sql" ".read docker/config.sql"
# What our jars and theirs use of the JDK, by jdeps; without java.desktop, which Jackson uses only where it is there.
RUN jlink --add-modules java.base,java.naming,java.sql,jdk.jfr,jdk.management,jdk.unsupported \
        --strip-debug --no-header-files --no-man-pages --compress zip-6 --generate-cds-archive --output /opt/java && \
    rm /opt/java/lib/server/classes_nocoops.jsa

FROM debian:trixie-slim AS runtime
RUN useradd --system --uid 10001 --no-create-home --home-dir /opt/lurcher lurcher && \
    install -d -o lurcher -g lurcher /config
COPY --from=build /opt/java /opt/lurcher/java
COPY bin/launch.bash /opt/lurcher/bin/
ENV LURCHER_JAVA=/opt/lurcher/java
USER lurcher
WORKDIR /config

FROM runtime AS hello
COPY bin/sample /opt/lurcher/bin/
COPY --from=build /build/sample-handlers/target/lib /opt/lurcher/sample-handlers/lib
COPY --from=build /build/sample-handlers/target/lurcher-sample-handlers-*[0-9].jar /opt/lurcher/sample-handlers/
ENTRYPOINT ["/opt/lurcher/bin/sample"]
CMD ["hello"]

FROM runtime AS broker
COPY bin/broker /opt/lurcher/bin/
COPY --from=build /build/broker/target/lib /opt/lurcher/broker/lib
COPY --from=build /build/broker/target/lurcher-broker-*[0-9].jar /opt/lurcher/broker/
# For a faster start; see bin/launch.bash.
USER root
RUN /opt/lurcher/bin/broker rehearse
USER lurcher
# An empty volume mounted at /config starts with this file.
COPY --from=build --chown=lurcher:lurcher /build/config.sqlite /config/config.sqlite
VOLUME /config
EXPOSE 6767
# Healthy is what answers HTTP. The broker answers this request itself, so no worker is needed or bothered.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/6767 && printf 'OPTIONS * HTTP/1.1\\r\\nHost: health\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 2 answer <&3 && [[ $answer == HTTP/1.1* ]]"]
ENTRYPOINT ["/opt/lurcher/bin/broker"]
CMD ["run", "/config/config.sqlite", "demo"]
