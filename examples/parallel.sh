#!/bin/sh
# A campaign on several machines with GNU parallel, or on this one:
#
#   ./parallel.sh campaign.yaml 32                         # here
#   ./parallel.sh campaign.yaml 32 --sshloginfile hosts    # on hosts that share this directory
#
# What stands behind the number of shards is for parallel. When it was stopped, the same command goes on.
set -eu
file=${1:?"usage: parallel.sh CAMPAIGN [SHARDS [OPTION-OF-PARALLEL...]]"}
shards=${2:-8}
shift $(($# < 2 ? $# : 2))
name=$(basename "$file" .yaml)

# Exit codes 1 (differences) and 2 (failed jobs) of a shard stop no other: they are for the merge to judge. -q keeps
# names with blanks whole.
seq "$shards" | parallel -q --workdir . --halt never "$@" \
	risugen campaign "$file" --shard "{}/$shards" -j 1 --resume --every 10m || true

set --
for i in $(seq "$shards"); do
	if [ "$shards" = 1 ]; then part=$name.jsonl; else part=$name.$i-of-$shards.jsonl; fi
	[ ! -e "$part" ] || set -- "$@" "$part"
done
exec risugen merge "$@" -o "$name.all.jsonl"
