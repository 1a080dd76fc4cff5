package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// A program of the audit unit fetches the checkpoints and keeps them where the house has
// no hand on them.
func TestCheckpointsAreFetchedByREST(t *testing.T) {
	s := open(t, inMemory(t))
	if none := s.call("qh110004", "GET", "/checkpoints", nil).want(200); none.at("items") == nil || none.at("items", 0) != nil {
		t.Errorf("before the first: %s", none.raw)
	}
	signed := s.call("qh110005", "POST", "/checkpoints", nil, "Idempotency-Key", "before-the-audit").want(201)
	again := s.call("qh110005", "POST", "/checkpoints", nil, "Idempotency-Key", "before-the-audit").want(201)
	if !bytes.Equal(again.raw, signed.raw) || signed.text("by") != "P05" {
		t.Errorf("signed %s, sent again %s", signed.raw, again.raw)
	}
	s.call("qh110004", "POST", "/checkpoints", nil).want(404)
	got := s.call("qh110004", "GET", "/checkpoints", nil).want(200)
	text, whole := evidence.NoteText([]byte(got.text("items", 0, "note")))
	if !whole {
		t.Fatalf("no note: %s", got.raw)
	}
	point, err := evidence.ParseCheckpoint(text)
	must(t, err)
	if point.Root.String() != got.text("items", 0, "root") || got.at("items", 0, "told") == nil || got.at("items", 0, "size") != float64(point.Size) {
		t.Errorf("the note says %+v, the answer %s", point, got.raw)
	}
	s.call("qh150013", "GET", "/checkpoints", nil).want(404)
	s.call("qh150013", "POST", "/checkpoints", nil).want(404)
}

// Those of years come page by page, the newest first.
func TestCheckpointsComeByPages(t *testing.T) {
	s := open(t, inMemory(t))
	var signed []any
	for range 5 {
		signed = append(signed, s.call("qh110005", "POST", "/checkpoints", nil).want(201).at("number"))
	}
	slices.Reverse(signed)
	var read []any
	for at := "/checkpoints?limit=2"; ; {
		page := s.call("qh110004", "GET", at, nil).want(200)
		for i := 0; page.at("items", i) != nil; i++ {
			read = append(read, page.at("items", i, "number"))
		}
		if page.at("next") == nil {
			break
		}
		at = "/checkpoints?limit=2&after=" + page.text("next")
	}
	if !slices.Equal(read, signed) {
		t.Errorf("read %v, signed %v", read, signed)
	}
	for _, foreign := range []string{"x", base64.RawURLEncoding.EncodeToString([]byte(`{"i":"case"}`))} {
		s.call("qh110004", "GET", "/checkpoints?after="+foreign, nil).refused(422, "cursor")
	}
}

// One whose text somebody spoiled is among them and says so.
func TestASpoiledCheckpointIsSaidToBe(t *testing.T) {
	s := open(t, inMemory(t))
	at := s.clock.Now()
	must(t, s.store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx, ismskit.TrailEntry{Entry: evidence.Entry{Chain: "log", Seq: 1, At: at, Kind: "checkpoint", Actor: "P05"}, Payload: []byte("nothing")})
	}))
	got := s.call("qh110004", "GET", "/checkpoints", nil).want(200)
	if got.at("items", 0, "malformed") != true || got.text("items", 0, "root") != "" || got.text("items", 0, "time") != at.UTC().Format(time.RFC3339Nano) {
		t.Errorf("it says %s", got.raw)
	}
}
