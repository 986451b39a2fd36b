package arm

import "testing"

var a64LoadsStores = a64Dialect("a64ldst.decode", "+memtag+ls64+mops+pauth")

func TestBinutilsAgreesOnLoadsAndStores(t *testing.T) { a64LoadsStores.Check(t) }
