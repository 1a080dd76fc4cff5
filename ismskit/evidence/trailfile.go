package evidence

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// ErrTrailLine is the error of a line that is no entry of a trail in a bundle.
var ErrTrailLine = errors.New("evidence: not a line of a trail")

// Stored is an entry as a store keeps it: with the hash that was written down and
// the payload, nil once lawfully disposed of.
type Stored struct {
	Entry
	Hash    Digest
	Content []byte
}

// appendLine writes an entry as a line of a trail in a bundle: canonical JSON with
// a member for each part of the header, the stored hash, and the payload as the
// text it is, or in base64 where a store holds something that is no text.
func appendLine(dst []byte, s Stored) ([]byte, error) {
	m := map[string]any{
		"format": s.Format, "chain": s.Chain, "seq": s.Seq, "at": s.At, "kind": s.Kind, "actor": s.Actor, "for": s.For,
		"digest": s.Payload, "prev": s.Prev, "hash": s.Hash,
	}
	switch {
	case s.Content == nil:
		m["payload"] = nil
	case textFault(string(s.Content)) == "":
		m["payload"] = string(s.Content)
	default:
		m["payload_base64"] = base64.StdEncoding.EncodeToString(s.Content)
	}
	b, err := AppendCanonical(dst, m)
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// parseLine reads what appendLine writes, without the newline, and nothing else.
func parseLine(line []byte) (Stored, error) {
	v, err := ParseCanonical(line)
	if err != nil {
		return Stored{}, fmt.Errorf("%w: %w", ErrTrailLine, err)
	}
	m, ok := v.(map[string]any)
	if !ok || len(m) != 11 {
		return Stored{}, ErrTrailLine
	}
	r := lineReader{m: m}
	s := Stored{Entry: Entry{
		Format: int(r.integer("format")), Chain: r.text("chain"), Seq: r.integer("seq"), Kind: r.text("kind"),
		Actor: r.text("actor"), For: r.text("for"), Payload: r.digest("digest"), Prev: r.digest("prev"),
	}, Hash: r.digest("hash")}
	at := r.text("at")
	if s.At, err = time.Parse(TimeLayout, at); err != nil || s.At.Format(TimeLayout) != at {
		r.bad = true
	}
	switch payload, there := m["payload"]; {
	case there && payload != nil:
		s.Content = []byte(r.text("payload"))
	case !there:
		encoded := r.text("payload_base64")
		s.Content, err = base64.StdEncoding.Strict().DecodeString(encoded)
		// Written again, for base64 reads over the end of a line.
		if err != nil || base64.StdEncoding.EncodeToString(s.Content) != encoded || textFault(string(s.Content)) == "" {
			r.bad = true
		}
	}
	if r.bad {
		return Stored{}, ErrTrailLine
	}
	return s, nil
}

// lineReader takes members of an object; once one is of another kind it is bad.
type lineReader struct {
	m   map[string]any
	bad bool
}

func (r *lineReader) text(key string) string {
	s, ok := r.m[key].(string)
	r.bad = r.bad || !ok
	return s
}

func (r *lineReader) integer(key string) int64 {
	n, ok := r.m[key].(int64)
	r.bad = r.bad || !ok
	return n
}

func (r *lineReader) digest(key string) Digest {
	d, err := ParseDigest(r.text(key))
	r.bad = r.bad || err != nil
	return d
}
