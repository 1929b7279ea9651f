#!/bin/bash
# Rounds of ten real clients, each a process, over mutual TLS on this machine: plain, masked, encrypted. Seconds and bytes.
# Takes PostgreSQL and Kafka as the tests do.
set -euo pipefail
cd "$(dirname "$0")/../.."
# clients are started with the first compiler alone, which is right for tests; big numbers want the second
export _JAVA_OPTIONS=-XX:TieredStopAtLevel=4
mvn -o -q -Dquick -pl ppfl-api -am test -Dtest=RealFederationSpeed -Dsurefire.failIfNoSpecifiedTests=false | grep --line-buffered SPEED
