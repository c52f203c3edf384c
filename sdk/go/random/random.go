// Package random is chance, from a seed on record: the same turn draws the same
// again. Not for keys. What math/rand and crypto/rand give comes from it, too.
package random

import (
	"math/bits"

	contract "baton.dev/skill/internal/contract/baton_skill_random"
)

// Number is any number.
func Number() uint64 { return contract.Number() }

// Below is a number below this one; 0 below 0.
func Below(limit uint64) uint64 {
	// The high half of the product, as in every other language's SDK, so that
	// the same turn draws the same in all of them.
	below, _ := bits.Mul64(contract.Number(), limit)
	return below
}

// Bytes are this many bytes.
func Bytes(length int) []byte {
	bytes := make([]byte, 0, length)
	for len(bytes) < length {
		bytes = append(bytes, contract.Bytes(uint32(length-len(bytes)))...)
	}
	return bytes
}
