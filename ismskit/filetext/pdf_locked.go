package filetext

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"math"
	"slices"
)

// pdfMark is in the trailer of every PDF that is encrypted.
var pdfMark = []byte("/Encrypt")

// vetPDF says ErrEncrypted of a PDF that nobody opens without a password or a key. One that is
// encrypted against printing or copying alone opens for everybody, with a password of no letters.
func vetPDF(data []byte, j *job) error {
	if !bytes.Contains(data, pdfMark) {
		return nil
	}
	p := newPDF(data, j)
	if _, err := p.scan(); err != nil {
		// One too large to look through may be honest; that there was no time is told, as of others.
		if j.ctx.Err() != nil {
			return context.Cause(j.ctx)
		}
		return nil
	}
	locked, err := p.locked()
	switch {
	case err != nil && j.ctx.Err() != nil:
		return context.Cause(j.ctx)
	case err == nil && locked:
		return fmt.Errorf("%w: a PDF that opens with a password only", ErrEncrypted)
	}
	return nil
}

// pdfPad fills up a password that is shorter (ISO 32000-1, 7.6.3.3).
const pdfPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// locked says that the password of no letters does not open the file (ISO 32000-1, 7.6.3.4, and
// ISO 32000-2, 7.6.4.3). What is missing of what such a file must say makes it broken, not locked.
func (p *pdfFile) locked() (bool, error) {
	dict, err := p.dict(p.encrypt)
	if err != nil || dict == nil {
		return false, err
	}
	of := func(key pdfName) any {
		v, e := p.get(dict[key])
		err = errors.Join(err, e)
		return v
	}
	filter, _ := of("Filter").(pdfName)
	number := func(key pdfName, otherwise int) int {
		n, ok := of(key).(float64)
		switch {
		case !ok:
			return otherwise
		case math.Abs(n) > math.MaxUint32:
			return 0
		}
		return int(n)
	}
	text := func(key pdfName) []byte { s, _ := of(key).(pdfString); return []byte(s) }
	version, revision, bits, allowed := number("V", 0), number("R", 0), number("Length", 40), number("P", 0)
	owner, user := text("O"), text("U")
	metadata := of("EncryptMetadata") != false
	id, idErr := p.firstID()
	if err = errors.Join(err, idErr); err != nil {
		return false, err
	}
	switch {
	case filter != "Standard":
		return true, nil // by certificate, or by a program of its own
	case (revision == 5 || revision == 6) && len(user) >= 48:
		salt := user[32:40]
		hash := sha256.Sum256(salt)
		if revision == 5 {
			return !bytes.Equal(hash[:], user[:32]), nil
		}
		return !bytes.Equal(hardened(hash[:]), user[:32]), nil
	case revision >= 2 && revision <= 4 && len(owner) >= 32 && len(user) >= 16:
		if version >= 4 {
			bits = 128
		}
		return !bytes.HasPrefix(user, firstUser(revision, min(max(bits/8, 5), 16), allowed, owner[:32], id, metadata)), nil
	}
	return false, nil
}

// firstID is the first of the two names that a file was given when it was made.
func (p *pdfFile) firstID() ([]byte, error) {
	list, err := p.array(p.id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	v, err := p.get(list[0])
	s, _ := v.(pdfString)
	return []byte(s), err
}

// firstUser is how /U begins where the password has no letters; size is that of the key in bytes.
func firstUser(revision, size, allowed int, owner, id []byte, metadata bool) []byte {
	a := uint32(allowed) // in two's complement
	rights := []byte{byte(a), byte(a >> 8), byte(a >> 16), byte(a >> 24)}
	seed := slices.Concat([]byte(pdfPad), owner, rights, id)
	if revision >= 4 && !metadata {
		seed = append(seed, 0xff, 0xff, 0xff, 0xff)
	}
	sum := md5.Sum(seed)
	if revision == 2 {
		return turned(sum[:5], []byte(pdfPad))
	}
	for range 50 {
		sum = md5.Sum(sum[:size])
	}
	first := md5.Sum(append([]byte(pdfPad), id...))
	out, key := first[:], make([]byte, size)
	for i := range byte(20) {
		for n := range key {
			key[n] = sum[n] ^ i
		}
		out = turned(key, out)
	}
	return out
}

// turned is what RC4 makes of some bytes; a key has 5 to 16.
func turned(key, b []byte) []byte {
	out := make([]byte, len(b))
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(out, b)
	}
	return out
}

// hardened is the hash of revision 6 over a password of no letters (ISO 32000-2, algorithm 2.B).
func hardened(key []byte) []byte {
	for round := 0; ; round++ {
		block, err := aes.NewCipher(key[:16])
		if err != nil {
			return nil // 16 bytes are a key
		}
		mixed := bytes.Repeat(key, 64)
		cipher.NewCBCEncrypter(block, key[16:32]).CryptBlocks(mixed, mixed)
		which := 0
		for _, b := range mixed[:16] {
			which += int(b)
		}
		switch which % 3 {
		case 0:
			sum := sha256.Sum256(mixed)
			key = sum[:]
		case 1:
			sum := sha512.Sum384(mixed)
			key = sum[:]
		default:
			sum := sha512.Sum512(mixed)
			key = sum[:]
		}
		if round >= 63 && int(mixed[len(mixed)-1]) <= round-31 {
			return key[:32]
		}
	}
}
