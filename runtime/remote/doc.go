// Package remote is the beginning of a connection over which one risugen compares with what another one's target
// writes: who speaks, with which image, and whether he may. docs/remote.md describes it byte by byte.
//
//	client (risugen run --master tcp:…)            master (risugen master)
//	                         ◄── greeting         version, nonce, whether a token is wanted
//	hello ──►                                     version, nonce, image's digest, proof of the token
//	                         ◄── answers          wait … wait, then accepted or refused, and why
//	                         ◄── trace            records in frames (package trace), until the end
//
// The client sends its hello and nothing else, so the master never waits for it: how long a message takes there and back
// costs one such time at the beginning, and none for a record.
//
// # What the token does
//
// Both sides prove that they know the token without saying it: each sends the HMAC-SHA256 of everything that was said so
// far, which holds a nonce of the other side, under a label of its own. What follows the handshake is neither
// encrypted nor signed; who can change bytes on the way can change records. A tunnel is for that.
//
// What comes from the other side may be anything. Sizes are bounded before memory is taken, and text is cleaned of
// what would move a terminal's cursor ([Clean]). Deadlines are those of the caller's [Conn].
//
// Nothing here knows of processes or records; package runtime serves and connects.
package remote
