package evidence

import (
	"fmt"
	"iter"
	"time"
)

// Head is how far a chain has come. A new chain has only its name.
type Head struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`  // of the last entry; 0 before the first
	Hash  Digest `json:"hash"` // of the last entry
}

// Next returns the entry that follows head, and the head after it. The caller sets
// At, Kind, Actor and For; everything else is filled in, and At is cut to whole
// microseconds in UTC. Errors wrap ErrEntry.
func Next(head Head, e Entry, payload []byte) (Entry, Head, error) {
	e.Format = Format
	e.Chain = head.Chain
	e.Seq = head.Seq + 1
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Payload = PayloadDigest(payload)
	e.Prev = head.Hash
	if err := e.Check(); err != nil {
		return Entry{}, Head{}, err
	}
	return e, Head{Chain: e.Chain, Seq: e.Seq, Hash: e.Hash()}, nil
}

// Codes of a [Fault].
const (
	Malformed    = "malformed"     // the header breaks the format
	OtherChain   = "other_chain"   // the entry or the known head belongs elsewhere
	Missing      = "missing"       // entries Seq to To are not there
	OutOfOrder   = "out_of_order"  // comes after a later entry, or twice
	Misnumbered  = "misnumbered"   // names the entry before it rightly but has another number than follows
	Unlinked     = "unlinked"      // does not name the entry before it as that entry is: one of the two was changed
	PayloadFalse = "payload_false" // the payload is not the one that was recorded
	HeadFalse    = "head_false"    // not the entry that was known to be here
	HashFalse    = "hash_false"    // the hash written down is not the entry's; found by those who keep one
)

// Fault is one thing that is wrong with a chain.
type Fault struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"` // of the entry it concerns
	To    int64  `json:"to"`  // last of the missing entries, else equal to Seq
	Code  string `json:"code"`
}

// String returns the fault for a log; it is not meant for users.
func (f Fault) String() string { return fmt.Sprintf("%s %d-%d %s", f.Chain, f.Seq, f.To, f.Code) }

// Verify walks over the entries that follow from, with their payloads, and reports
// every fault in the order found; none means that the chain holds. For a whole chain
// from is Head{Chain: name}. A nil payload was disposed of and is not looked at; an
// empty one is not nil.
//
// Known heads were learned earlier from somewhere else: the row of the case, a
// checkpoint, a print. Each must be found again; only they can show that the end is
// missing or that everything was rewritten. Those before from are passed over.
//
// It returns the head reached. Memory does not grow with the chain.
func Verify(from Head, entries iter.Seq2[Entry, []byte], known ...Head) (Head, []Fault) {
	v := verifier{head: from, known: make(map[int64][]Digest, len(known))}
	for _, h := range known {
		v.expect(from, h)
	}
	for e, payload := range entries {
		v.entry(e, payload)
	}
	v.end(known)
	return v.head, v.faults
}

type verifier struct {
	head   Head
	known  map[int64][]Digest
	faults []Fault
}

func (v *verifier) report(seq, to int64, code string) {
	v.faults = append(v.faults, Fault{Chain: v.head.Chain, Seq: seq, To: to, Code: code})
}

func (v *verifier) expect(from, h Head) {
	switch {
	case h.Chain != from.Chain:
		v.report(h.Seq, h.Seq, OtherChain)
	case h.Seq == from.Seq && h.Hash != from.Hash:
		v.report(h.Seq, h.Seq, HeadFalse)
	case h.Seq > from.Seq:
		v.known[h.Seq] = append(v.known[h.Seq], h.Hash)
	}
}

func (v *verifier) entry(e Entry, payload []byte) {
	if e.Check() != nil {
		v.report(e.Seq, e.Seq, Malformed)
	}
	if e.Chain != v.head.Chain {
		v.report(e.Seq, e.Seq, OtherChain)
		return
	}
	if payload != nil && PayloadDigest(payload) != e.Payload {
		v.report(e.Seq, e.Seq, PayloadFalse)
	}
	seq := e.Seq
	switch next := v.head.Seq + 1; {
	case seq != next && e.Prev == v.head.Hash:
		// Its number was changed: counting on from there would call every later
		// entry out of order.
		v.report(seq, seq, Misnumbered)
		seq = next
	case seq < next:
		v.report(seq, seq, OutOfOrder)
		return
	case seq > next:
		v.report(next, seq-1, Missing)
	case e.Prev != v.head.Hash:
		v.report(seq, seq, Unlinked)
	}
	v.head = Head{Chain: v.head.Chain, Seq: seq, Hash: e.Hash()}
	for _, want := range v.known[seq] {
		if v.head.Hash != want {
			v.report(seq, seq, HeadFalse)
		}
	}
}

// end reports what a known head says must still have come.
func (v *verifier) end(known []Head) {
	last := v.head.Seq
	for _, h := range known {
		if h.Chain == v.head.Chain {
			last = max(last, h.Seq)
		}
	}
	if last > v.head.Seq {
		v.report(v.head.Seq+1, last, Missing)
	}
}
