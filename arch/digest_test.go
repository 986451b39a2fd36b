package arch_test

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// hashed is a record of the size of a P5600's, header and payload.
const hashed = arch.RecordHeaderSize + 656

func randomRecord(rng *rand.Rand) []byte {
	rec := make([]byte, hashed)
	for i := range rec {
		rec[i] = byte(rng.Uint32())
	}
	return rec
}

func digestOf(rec []byte) arch.Digest { return arch.DigestOf(rec, binary.LittleEndian) }

// signalCode is where records hold what digests leave out.
func signalCode(at int) bool { return at >= 20 && at < 24 }

// TestDigestIsPinned: images that are out there compute this.
func TestDigestIsPinned(t *testing.T) {
	rec := make([]byte, arch.RecordHeaderSize+8)
	arch.RecordHeader{Kind: arch.RecordFault, Block: 3, Round: 5, Length: 8, Signal: 11, Code: 2, PC: 0x500010}.Put(rec, binary.BigEndian)
	copy(rec[arch.RecordHeaderSize:], "abcdefgh")
	assert.Equal(t, arch.Digest(0xbdd8b25a48b40f7b), arch.DigestOf(rec, binary.BigEndian))
}

// TestDigestOfAFault: the lowest bit says so, and nothing else does.
func TestDigestOfAFault(t *testing.T) {
	h := arch.NewRecordHash()
	h.Add(randomRecord(rand.New(rand.NewPCG(1, 1))), binary.LittleEndian)
	assert.Equal(t, h.Sum(false)|1, h.Sum(true))
	assert.True(t, h.Sum(true).Fault())
	assert.False(t, h.Sum(false).Fault())
	for _, order := range []arch.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		assert.Equal(t, h.Sum(true), arch.ParseDigest(h.Sum(true).Append(nil, order), order))
	}
}

// TestDigestSeesEveryBit flips each bit of a record: each changes the digest in half of its bits, more or less. What
// comes last must do so too.
func TestDigestSeesEveryBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 4 {
		rec := randomRecord(rng)
		before, sum, n := digestOf(rec), 0, 0
		var changed [64]int
		for i := range rec {
			for bit := range 8 {
				rec[i] ^= 1 << bit
				diff := uint64(digestOf(rec) ^ before)
				rec[i] ^= 1 << bit
				if signalCode(i) {
					require.Zero(t, diff)
					continue
				}
				ones := bits.OnesCount64(diff)
				require.InDelta(t, 32, ones, 22, "byte %d bit %d", i, bit)
				sum, n = sum+ones, n+1
				for b := range changed {
					changed[b] += int(diff >> b & 1)
				}
			}
		}
		require.InDelta(t, 31.5, float64(sum)/float64(n), 0.5)
		for b := 1; b < 64; b++ { // the lowest is none of the hash's
			require.InDelta(t, 0.5, float64(changed[b])/float64(n), 0.05, "bit %d", b)
		}
	}
}

// TestDigestSeesOrder: two words that change places change the digest, and so does the byte order.
func TestDigestSeesOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	rec := randomRecord(rng)
	before := digestOf(rec)
	for i := 0; i < len(rec); i += 4 {
		for j := i + 4; j < len(rec); j += 4 {
			if signalCode(i) || signalCode(j) {
				continue
			}
			swapWords(rec, i, j)
			require.NotEqual(t, before, digestOf(rec), "words at %d and %d", i, j)
			swapWords(rec, i, j)
		}
	}
	require.Equal(t, before, digestOf(rec))
	require.NotEqual(t, before, arch.DigestOf(rec, binary.BigEndian))
}

func swapWords(rec []byte, i, j int) {
	a, b := binary.LittleEndian.Uint32(rec[i:]), binary.LittleEndian.Uint32(rec[j:])
	binary.LittleEndian.PutUint32(rec[i:], b)
	binary.LittleEndian.PutUint32(rec[j:], a)
}

// TestDigestsOfLikelyDifferences: what wrong instructions leave behind is no random bits. Registers of which all lanes
// are off by one, or have a bit, a byte or the sign changed, or hold one value for another: in pairs of registers,
// too. Among all of these digests, shortened to 32 bits and to either half, there must be no more equal ones than
// chance makes.
func TestDigestsOfLikelyDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	rec := randomRecord(rng)
	var all []arch.Digest
	eachLikely(rec, func() { all = append(all, digestOf(rec)) })
	require.Greater(t, len(all), 50_000)
	n := float64(len(all))
	for name, part := range map[string]func(arch.Digest) uint64{
		"first lane":  func(d arch.Digest) uint64 { return uint64(d >> 32) },
		"second lane": func(d arch.Digest) uint64 { return uint64(d & 0xffff_fffe) },
		"both":        func(d arch.Digest) uint64 { return uint64(d>>33&0xffff | d<<16&0xffff_0000) },
		"all":         func(d arch.Digest) uint64 { return uint64(d) },
	} {
		width := map[string]float64{"first lane": 32, "second lane": 31, "both": 31, "all": 63}[name]
		seen, equal := map[uint64]bool{}, 0
		for _, d := range all {
			if seen[part(d)] {
				equal++
			}
			seen[part(d)] = true
		}
		expect := n * n / 2 / float64(uint64(1)<<uint(width))
		assert.LessOrEqual(t, float64(equal), expect+6*max(1, expect/2), "%s: %d equal among %d", name, equal, len(all))
	}
}

// eachLikely changes a record in likely ways, each unlike the others, calls f, and changes it back.
func eachLikely(rec []byte, f func()) {
	changes := []uint32{1, 0x80000000, 0xffffffff, 0xff, 0xff000000, 0xffff, 0xffff0000, 0x7fffffff, 0x00010001, 0x01010101, 0x80808080, 0x80008000}
	for b := 1; b < 31; b++ {
		changes = append(changes, 1<<b)
	}
	for _, words := range []int{1, 2, 4} {
		for at := arch.RecordHeaderSize; at+4*words <= len(rec); at += 4 * words {
			for _, c := range changes {
				change(rec, at, words, c, f)
			}
		}
	}
	for at := arch.RecordHeaderSize; at < len(rec); at += 16 { // and in two registers at once
		for other := at + 16; other+16 <= len(rec); other += 16 {
			for _, c := range changes {
				change(rec, at, 4, c, func() { change(rec, other, 4, c, f) })
				change(rec, at, 1, c, func() { change(rec, other, 1, c, f) })
			}
		}
	}
}

// change changes words of a record while a function runs.
func change(rec []byte, at, words int, by uint32, f func()) {
	do := func() {
		for i := range words {
			w := rec[at+4*i:]
			binary.LittleEndian.PutUint32(w, binary.LittleEndian.Uint32(w)^by)
		}
	}
	do()
	f()
	do()
}

// TestDigestsOfEqualWords: records of one word all over differ by the word, and by how many there are.
func TestDigestsOfEqualWords(t *testing.T) {
	seen := map[arch.Digest]bool{}
	for _, w := range []uint32{0, 1, 0xffffffff, 0x80000000, 0x5a5a5a5a} {
		for size := arch.RecordHeaderSize; size <= hashed; size += 8 {
			rec := make([]byte, size)
			for i := 0; i < size; i += 4 {
				binary.LittleEndian.PutUint32(rec[i:], w)
			}
			require.False(t, seen[digestOf(rec)], "%#x, %d bytes", w, size)
			seen[digestOf(rec)] = true
		}
	}
}

// TestDigestOfABlockSeesEveryRound: records follow each other in one hash.
func TestDigestOfABlockSeesEveryRound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	a, b := randomRecord(rng), randomRecord(rng)
	sum := func(recs ...[]byte) arch.Digest {
		h := arch.NewRecordHash()
		for _, r := range recs {
			h.Add(r, binary.LittleEndian)
		}
		return h.Sum(false)
	}
	require.NotEqual(t, sum(a, b), sum(b, a))
	require.NotEqual(t, sum(a), sum(a, a))
	require.NotEqual(t, sum(a, b), sum(b))
}

// TestJoinCode: pieces that are near each other are one segment, others are their own; overlaps must agree.
func TestJoinCode(t *testing.T) {
	piece := func(addr uint64, data ...byte) arch.Piece { return arch.Piece{Addr: addr, Data: data} }
	got, err := arch.JoinCode([]arch.Piece{piece(0x5_0010, 1, 2), piece(0x1_0000, 3), piece(0x1_0004, 4, 5), piece(0x1_0005, 5, 6), piece(0x2_0000, 7)}, 0x1_0000)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.EqualValues(t, 0x1_0000, got[0].Addr)
	assert.Equal(t, []byte{3, 0, 0, 0, 4, 5, 6}, got[0].Data[:7])
	assert.Len(t, got[0].Data, 0x1_0001)
	assert.Equal(t, byte(7), got[0].Data[0x1_0000])
	assert.Equal(t, arch.Segment{Addr: 0x5_0010, Data: []byte{1, 2}, Exec: true}, got[1])
	_, err = arch.JoinCode([]arch.Piece{piece(0x1_0000, 1, 2, 3), piece(0x1_0001, 2, 4)}, 0x1_0000)
	assert.ErrorContains(t, err, "0x10001")
	got, err = arch.JoinCode([]arch.Piece{piece(0x1_0000, 1, 2, 3), piece(0x1_0001, 2)}, 0x1_0000)
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, got[0].Data)
}
