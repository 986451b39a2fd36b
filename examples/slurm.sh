#!/bin/sh
# A campaign as a Slurm array job, and its merge:
#
#   id=$(sbatch --parsable slurm.sh campaign.yaml)
#   sbatch --dependency=afterany:$id --wrap 'risugen merge campaign.*-of-*.jsonl -o campaign.all.jsonl'
#
# Tasks that ran out of time, or were preempted, go on when the same array is submitted again. A task that finds
# differences ends with 1, so that Slurm calls it FAILED.
#SBATCH --job-name=risugen
#SBATCH --array=1-32
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=risugen-%A-%a.log
#SBATCH --signal=B:TERM@60
set -eu
file=${1:?"usage: sbatch slurm.sh CAMPAIGN"}

# Images are small and many: keep them off the shared file system.
export TMPDIR="${SLURM_TMPDIR:-/tmp}"

# Each job runs two emulators. exec: Slurm's signal goes to what the script's shell has become.
exec risugen campaign "$file" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
	-j $(((SLURM_CPUS_PER_TASK + 1) / 2)) --resume --every 10m
