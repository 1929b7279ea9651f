#!/usr/bin/env bash
# Renders platform.yaml, and the table of docs/helm.md, from the chart anew, with the Helm that the tests use: no helm program is needed.
# A test fails while they differ from the chart.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -pl deploy/tests test -Dtest=RenderedTest,GuideTableTest -Dmlaas.deploy.write=true \
  -Dsurefire.failIfNoSpecifiedTests=false "$@"
