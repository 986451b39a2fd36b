// Package sshboard makes machines that can be reached by ssh, for tests: a real server (OpenSSH's, or Dropbear with
// nothing but BusyBox around it) in a network, mount and process namespace of its own on this machine, behind a link that
// can be taken down. Making one needs root; Linux alone has it.
package sshboard
