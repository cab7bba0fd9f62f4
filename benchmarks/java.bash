# shellcheck shell=bash
# Sourced by the scripts of this folder that run classes of this module: builds them, then leaves the JDK's home in $java_home,
# the JVM's options, those of "broker run", in $java_options, and the class path in $class_path.
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=bin/launch.bash
. "$home/bin/launch.bash"

find_java compiler
choose_java_options run
java_options+=(--enable-native-access=ALL-UNNAMED)
if [ "${build:-yes}" = yes ]; then
    run_maven -q -DskipTests -Dspotless.apply.skip -Dspotless.check.skip -f "$home" -Pbenchmarks -pl benchmarks -am package
fi
newest_jar "$home/benchmarks/target/lurcher-benchmarks"
# shellcheck disable=SC2034 # for the script that sources this
class_path="$jar:$home/benchmarks/target/lib/*"
