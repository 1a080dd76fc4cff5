package evidence

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Format is the version of the entries this package writes.
const Format = 1

const entryPrefix = "isms-entry\n"

// ErrEntry is the error of a header that breaks a rule of the format.
var ErrEntry = errors.New("evidence: malformed entry")

// Entry is the header of one line of a trail. Its payload, canonical bytes in all
// cases known today, is kept beside it.
type Entry struct {
	Format  int       // 1
	Chain   string    // whose trail: one per case, and one each for what is not a case
	Seq     int64     // from 1, without gaps
	At      time.Time // UTC, whole microseconds
	Kind    string    // what was done
	Actor   string    // who did it
	For     string    // for whom, "" for himself
	Payload Digest    // of the payload, which may have been disposed of
	Prev    Digest    // hash of the entry before; zero for the first
}

// Bytes returns the header as it is hashed. Integers are big-endian; each text is
// its length in bytes as 32 bits and then its UTF-8:
//
//	"isms-entry\n"   11 bytes
//	Format           16 bits
//	Chain            text
//	Seq              64 bits
//	At               64 bits, microseconds since 1970-01-01T00:00:00Z
//	Kind             text
//	Actor            text
//	For              text
//	Payload          32 bytes
//	Prev             32 bytes
//
// Two entries that differ in anything but fractions of a microsecond or the time
// zone have different bytes.
func (e Entry) Bytes() []byte { return e.appendBytes(make([]byte, 0, e.size())) }

// Hash returns the SHA-256 of Bytes, by which the next entry names this one.
func (e Entry) Hash() Digest {
	var room [512]byte // enough for nearly all headers, and stays on the stack
	return sha256.Sum256(e.appendBytes(room[:0]))
}

func (e Entry) size() int {
	return len(entryPrefix) + 2 + 8 + 8 + 4*4 + len(e.Chain) + len(e.Kind) + len(e.Actor) + len(e.For) + 2*sha256.Size
}

func (e Entry) appendBytes(b []byte) []byte {
	b = append(b, entryPrefix...)
	b = binary.BigEndian.AppendUint16(b, uint16(e.Format))
	b = appendText(b, e.Chain)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	b = appendText(b, e.Kind)
	b = appendText(b, e.Actor)
	b = appendText(b, e.For)
	b = append(b, e.Payload[:]...)
	return append(b, e.Prev[:]...)
}

func appendText(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

// Check reports as ErrEntry what makes e no entry of this format: another format, a
// sequence number below 1, a missing chain, kind or actor, a text that is over 1,024
// bytes or not NFC, a time before 1970, after 9999 or finer than microseconds, a
// first entry that names one before it, a later one that names none.
func (e Entry) Check() error {
	switch {
	case e.Format != Format:
		return fmt.Errorf("%w: format %d", ErrEntry, e.Format)
	case e.Seq < 1:
		return fmt.Errorf("%w: sequence number %d", ErrEntry, e.Seq)
	case !cleanName(e.Chain):
		return fmt.Errorf("%w: chain %q", ErrEntry, e.Chain)
	case !cleanName(e.Kind):
		return fmt.Errorf("%w: kind %q", ErrEntry, e.Kind)
	case !cleanName(e.Actor):
		return fmt.Errorf("%w: actor %q", ErrEntry, e.Actor)
	case e.For != "" && !cleanName(e.For):
		return fmt.Errorf("%w: for %q", ErrEntry, e.For)
	case e.At.Unix() < 0 || e.At.UTC().Year() > 9999 || e.At.Nanosecond()%1000 != 0:
		return fmt.Errorf("%w: time %v", ErrEntry, e.At)
	case (e.Seq == 1) != e.Prev.IsZero():
		return fmt.Errorf("%w: entry %d and what is before it", ErrEntry, e.Seq)
	}
	return nil
}
