#!/bin/sh
# Runs one job's program in a session of its own and outlives whoever started it.
# usage: setsid sh job.sh CONTROL_DIRECTORY LOG_FILE LOG_LIMIT_BYTES COMMAND...
# leaves: CONTROL_DIRECTORY/process  pid, start time and boot of this shell, the leader of the session
#         CONTROL_DIRECTORY/exit     the program's exit code, written in one step
control=$1 log=$2 limit=$3
shift 3

# whoever makes this directory first runs the program: a start that is repeated changes nothing
mkdir "$control/begun" 2>/dev/null || exit 0

read -r boot < /proc/sys/kernel/random/boot_id
started=$(cut -d ' ' -f 22 "/proc/$$/stat")
echo "$$ $started $boot" > "$control/process.new" && mv "$control/process.new" "$control/process"

# TERM is meant for the program: this shell waits for it and notes how it ended
trap : TERM
{
    trap : TERM
    ( exec "$@" )
    echo $? > "$control/exit.new" && mv "$control/exit.new" "$control/exit"
} 2>&1 < /dev/null | {
    trap '' TERM
    dd bs=65536 iflag=count_bytes count="$limit" status=none >> "$log"
    # beyond the limit only the end is kept: it tells why a program failed
    tail -c 65536 > "$control/end"
    if [ -s "$control/end" ]; then
        printf '\n[mlaas] the output is longer than its limit: the middle is left out here\n' >> "$log"
        cat "$control/end" >> "$log"
    fi
}
