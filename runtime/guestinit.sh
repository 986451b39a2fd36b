#!/bin/busybox sh
# The first process of a guest: it runs /image and hands its output to the host, byte for byte, through a port of
# virtio-serial, which no terminal driver touches. What it says itself begins with a token that the host has drawn:
#
#	TOKEN about		then lines on this machine
#	TOKEN run		then the image's output
#	TOKEN exit NNN		how the image ended, as a shell sees it
#
# The host answers the last with a line once it has read everything: what a guest has written may still be on its way
# when it goes down.
b=/bin/busybox
port=/dev/vport0p1

$b mount -t proc proc /proc
$b mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
	[ ! -e "$module" ] || $b insmod "$module"
done
read -r token </token

# A port is there some time after its driver, and can be opened some time after that. Opening it before would make a file.
tries=0
until [ -c $port ] && (exec 3<>$port) 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -le 200 ] || { echo "guest: no $port: the kernel has no virtio-serial" >&2; $b reboot -f; }
	$b usleep 50000
done
exec 3<>$port
{
	echo "$token about"
	$b uname -srvm
	$b cat /proc/cpuinfo
	echo "$token run"
} >&3

# What a kernel says of every misaligned access that it does not do takes a console longer than the image runs. Panics are
# shown all the same.
$b dmesg -n 3

/image </dev/null >&3 3>&-
$b printf '%s exit %03d\n' "$token" $? >&3
read -r answer <&3
$b reboot -f
