# shellcheck shell=bash
# What the scripts of this folder share, sourced by them: finding a Java that fits, building what is not built, and the
# options of the JVM. Each sets home, the folder above bin, before.
# shellcheck disable=SC2031,SC2154

least_release=21
# The broker allocates little and keeps little: there is no work for a concurrent collector, and its barriers would cost.
collector=-XX:+UseParallelGC

# Leaves the version of the Java at home $1 in $java_version and its feature release in $java_release; fails where there is none.
java_release_of() {
    local key value
    java_version=
    [ -x "$1/bin/java" ] || return 1
    if [ -r "$1/release" ]; then
        while IFS='=' read -r key value; do
            [ "$key" = JAVA_VERSION ] && java_version=${value//\"/}
        done <"$1/release"
    else
        java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    fi
    java_release=${java_version%%[!0-9]*}
    [ -n "$java_release" ]
}

# Takes the Java at home $1 if it is new enough and, where $2 is "compiler", can compile.
take_java() {
    java_release_of "$1" && [ "$java_release" -ge "$least_release" ] || return 1
    [ "${2-}" != compiler ] || [ -x "$1/bin/javac" ] || return 1
    java_home=$1
}

# Leaves the home of the Java to use in $java_home, beside what java_release_of leaves; $1 may be "compiler".
# In this order: LURCHER_JAVA (a home or a java executable; must fit), JAVA_HOME, java on the PATH, then the newest of
# the usual places.
find_java() {
    local candidate newest='' newest_release=0
    if [ -n "${LURCHER_JAVA:-}" ]; then
        candidate=$LURCHER_JAVA
        [ -d "$candidate" ] || candidate=$(readlink -f "$candidate" || true)
        take_java "${candidate%/bin/java}" "${1-}" && return
        echo "LURCHER_JAVA=$LURCHER_JAVA is no Java $least_release or newer${1:+ with a $1}." \
            "Correct it, or unset it to let one be found." >&2
        return 1
    fi
    [ -n "${JAVA_HOME:-}" ] && take_java "$JAVA_HOME" "${1-}" && return
    if candidate=$(command -v java) && candidate=$(readlink -f "$candidate"); then
        take_java "${candidate%/bin/java}" "${1-}" && return
    fi
    for candidate in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/* /opt/java/* \
        ~/.sdkman/candidates/java/* ~/.jdks/* ~/.m2/jdks/* ~/.local/share/mise/installs/java/* ~/.asdf/installs/java/*; do
        if take_java "$candidate" "${1-}" && [ "$java_release" -gt "$newest_release" ]; then
            newest=$candidate
            newest_release=$java_release
        fi
    done
    [ -n "$newest" ] && take_java "$newest" && return
    cat >&2 <<TEXT
Lurcher needs a JDK $least_release or newer, and none was found in JAVA_HOME, on the PATH, or in the usual places
(/usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks and a few more). Install one:
  Debian 13, Ubuntu 24.04 or newer:  apt-get install openjdk-21-jdk-headless
  Debian 12 and others:              Eclipse Temurin 21 or newer from https://adoptium.net, unpacked into /opt
or name one that is elsewhere:       export LURCHER_JAVA=/path/to/jdk
TEXT
    return 1
}

# Leaves the jar of module $1 in $jar. In a source tree it is built first where it is missing or, in a git checkout, older
# than a source of the modules $@. An installed tree has no pom.xml and holds each jar ready in a folder of the module's name.
find_jar() {
    if [ -f "$home/pom.xml" ]; then
        newest_jar "$home/$1/target/lurcher-$1"
        if stale_jar "$@"; then
            build "$@" || return 1
            newest_jar "$home/$1/target/lurcher-$1"
        fi
    else
        newest_jar "$home/$1/lurcher-$1"
    fi
    [ -n "$jar" ] && return
    echo "$home/$1 has no lurcher-$1-*.jar, and there is no pom.xml in $home to build it from." >&2
    return 1
}

# Leaves the newest jar whose path begins with $1 in $jar: a change of the version leaves the older one behind.
newest_jar() {
    local candidate
    jar=
    for candidate in "$1"-[0-9]*[0-9].jar; do
        [ -f "$candidate" ] || continue
        [ -n "$jar" ] && [ "$candidate" -ot "$jar" ] || jar=$candidate
    done
}

stale_jar() {
    local module sources=("$home/pom.xml")
    [ -n "$jar" ] || return 0
    [ -e "$home/.git" ] || return 1
    for module in "$@"; do
        sources+=("$home/$module/pom.xml" "$home/$module/src/main")
    done
    [ -n "$(find "${sources[@]}" -newer "$jar" -print -quit)" ]
}

# Builds module $1 with those it is made from ($@). One build at a time: a second launcher waits and finds the work done.
build() {
    find_java compiler || return 1
    if ! command -v mvn >/dev/null; then
        echo "$1 must be built, and Maven 3.8 or newer is not there to do it (Debian: apt-get install maven)." >&2
        return 1
    fi
    (
        # A build that somebody stops has not failed: there is nothing to say.
        trap 'exit 130' INT
        if command -v flock >/dev/null; then
            exec 8<"$home/pom.xml"
            flock 8
            newest_jar "$home/$1/target/lurcher-$1"
            stale_jar "$@" || exit 0
        fi
        echo "Building $1 (a first build also downloads libraries) ..." >&2
        log=$home/$1/target/build.log
        mkdir -p "${log%/*}"
        if ! run_maven -DskipTests -Dspotless.apply.skip -Dspotless.check.skip -f "$home" -pl "$1" -am package >"$log" 2>&1; then
            grep -E '^\[?(WARN|ERROR)' "$log" | head -n 20 >&2
            echo "The build failed. All of its output: $log" >&2
            exit 1
        fi
        # Maven leaves a jar alone whose content would be the same; it is as new as its sources now.
        newest_jar "$home/$1/target/lurcher-$1"
        touch "$jar"
    ) || {
        [ $? -ne 130 ] || exit 130
        return 1
    }
}

# Maven runs on any JDK from 17; its toolchain plugin compiles with the one that was found, wherever that may be.
run_maven() {
    local environment=("JAVA_LURCHER_HOME=$java_home")
    [ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null || environment+=("JAVA_HOME=$java_home")
    env "${environment[@]}" mvn -B -ntp "$@" </dev/null
}

# Leaves the JVM options for command $1 in the array $java_options: the server lives long, anything else should start fast.
choose_java_options() {
    java_options=(
        -XX:+ExitOnOutOfMemoryError
        # The JVM's own remarks must not mix with what a command prints.
        -Xlog:disable -Xlog:all=error:stderr
    )
    if [ "$java_release" -ge 24 ]; then
        # Netty 4.2 does without Unsafe from this release on, which costs speed; the JVM still has it.
        java_options+=(--sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false)
    fi
    [ "$1" = run ] || java_options+=(-XX:TieredStopAtLevel=1)
    case " ${LURCHER_JAVA_OPTS:-} " in
        *" -XX:+Use"*"GC "*) ;;
        *) java_options+=("$collector") ;;
    esac
    # shellcheck disable=SC2206 # options are separated by spaces
    java_options+=(${LURCHER_JAVA_OPTS:-})
}

# Adds the archive of the classes that the broker of JAR $1 loads at its start to $java_options. It saves a third of a start's time
# (benchmarks/start). It is made by command $2 where that starts a broker, once for each build and each Java.
use_class_archive() {
    local archive=${1%.jar}-java-$java_version.jsa
    case $2 in run | demo | rehearse)
        if [ ! "$archive" -nt "$1" ] && [ -w "${archive%/*}" ]; then
            echo "Preparing for faster starts ..." >&2
            # In the foreground, so that Ctrl-C reaches it and stops all.
            trap 'rm -f "$archive.$$"; exit 130' INT
            timeout --foreground 60 "$java_home/bin/java" "${java_options[@]}" "-XX:ArchiveClassesAtExit=$archive.$$" -jar "$1" rehearse >/dev/null 2>&1 &&
                mv -f "$archive.$$" "$archive"
            trap - INT
            # One try for each build.
            rm -f "$archive.$$"
            [ "$archive" -nt "$1" ] || : >"$archive"
        fi
        ;;
    esac
    [ ! -s "$archive" ] || java_options+=("-XX:SharedArchiveFile=$archive" -Xlog:cds=off:stderr -Xlog:cds+dynamic=off:stderr)
}
