package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/ismskit/witness/witnesstest"
	"github.com/ismskit/ismskit/refserver/cosign"
)

// The audit unit's own machine signs beside the server, and what it signed is kept with the
// checkpoint: auditors check it by that machine's key.
func TestAMachineElsewhereSignsTheCheckpointsBeside(t *testing.T) {
	dir := t.TempDir()
	house, err := openKey(options{data: dir})
	if err != nil {
		t.Fatal(err)
	}
	auditor := witnesstest.Key(t, "audit.example")
	elsewhere := httptest.NewServer(cosign.Handler{
		Cosigner: witness.NewCosigner(auditor, house.Verifier(), evidence.Checkpoint{}), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	defer elsewhere.Close()
	r := begun(t, "-data", dir, "-checkpoint-cosigner", elsewhere.URL, "-checkpoint-cosigner-key", auditor.Verifier())
	officer := r.token("qh110005", demoPassword)
	if status, signed := r.rest(officer, "POST", "/checkpoints", nil); status != http.StatusCreated {
		t.Fatalf("no checkpoint: %d %v", status, signed)
	}
	for note, late := "", time.After(20*time.Second); note == ""; {
		_, found := r.rest(officer, "GET", "/checkpoints?limit=1", nil)
		items, _ := found["items"].([]any)
		if point, _ := items[0].(map[string]any); len(point["told"].([]any)) > 0 {
			note, _ = point["note"].(string)
			if n, err := evidence.OpenNote([]byte(note), house.Verifier(), auditor.Verifier()); err != nil || len(n.Signers) != 2 {
				t.Errorf("%s: %+v %v", note, n, err)
			}
		}
		select {
		case <-late:
			t.Fatalf("nobody signed beside: %v", found)
		case <-time.After(10 * time.Millisecond):
		}
	}
	r.end()
	for _, args := range [][]string{{"-checkpoint-cosigner", "witness.example"}, {"-checkpoint-cosigner", "https://witness.example"}, {"-checkpoint-cosigner-key", auditor.Verifier()}} {
		if _, err := parseOptions(args, io.Discard); err == nil || !strings.Contains(err.Error(), "-checkpoint-cosigner") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
