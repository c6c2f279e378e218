#!/bin/sh
# The long runs of the kill tests: training killed 1000 times for each network, and studies 100 times, at random moments. Takes hours.
# tests/nightly.sh [KILLS [STUDY_KILLS]], with the tests built in Release; N@SEED takes other moments.
set -e
tests="$(dirname "$0")/Ceteris.Tests/bin/Release/net10.0/Ceteris.Tests.dll"
CETERIS_KILLS="${1:-1000}" dotnet "$tests" -class Ceteris.Tests.KillTests -noColor
CETERIS_STUDY_KILLS="${2:-100}" dotnet "$tests" -class Ceteris.Tests.StudyKillTests -noColor
