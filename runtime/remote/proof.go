package remote

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// Labels keep what one side sends from being of use as what the other side sends.
const (
	clientLabel = "risugen tcp 1 client\x00"
	masterLabel = "risugen tcp 1 master\x00"
)

// prove is the HMAC-SHA256 of a label and of what was said, with the token as the key. All parts but the last have a
// fixed size, so that no two sequences are the same bytes.
func prove(token []byte, label string, said ...[]byte) (out [proofSize]byte) {
	h := hmac.New(sha256.New, token)
	h.Write([]byte(label))
	for _, s := range said {
		h.Write(s)
	}
	h.Sum(out[:0])
	return out
}

// proves compares in a time that does not depend on how much is right.
func proves(want, got [proofSize]byte) bool { return subtle.ConstantTimeCompare(want[:], got[:]) == 1 }

// newNonce makes a nonce. crypto/rand does not fail.
func newNonce() (n [NonceSize]byte) {
	_, _ = rand.Read(n[:])
	return n
}
