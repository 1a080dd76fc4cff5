package prooftest

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The auditor brings a checkpoint that was kept elsewhere and holds the trails to it: all
// holds, and after somebody had his hands in the database it says where. At both widths, in
// both languages, without a fault for axe.
func TestAnAuditInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	key, err := evidence.NewKey("isms.example", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Signer = key })
	at := h.Apply(t)
	h.Settle(t)
	point, err := h.Kit.Evidence().Checkpoint(t.Context(), ismskit.Actor{Person: "P05"}, "")
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "checkpoint-1.note")
	if err := os.WriteFile(kept, point.Note, 0o600); err != nil {
		t.Fatal(err)
	}
	audit := func(name, state string) {
		for _, look := range browsertest.Widths("zh-TW", "en") {
			t.Run(name+"-"+look.String(), func(t *testing.T) {
				p := b.Open(t, h.URL, "/as/P04?next=/checkpoints", look)
				p.Follow(`a[href$="/checkpoints/audit"]`)
				p.Wait("#earlier")
				p.Attach("#earlier", kept)
				p.Follow("form.asking button")
				p.Wait(".answer ." + state)
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot(name)
			})
		}
	}
	audit("audit-holds", "state--done")
	err = h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Trail().Append(ctx,
			ismskit.TrailEntry{Entry: evidence.Entry{Chain: "case" + strings.TrimPrefix(at, "/cases"), Seq: 2, At: h.Now(), Kind: "act", Actor: "P01"}, Payload: []byte(`{}`)},
			ismskit.TrailEntry{Entry: evidence.Entry{Chain: "list/people/P99", Seq: 2, At: h.Now(), Kind: "change", Actor: "P01"}, Payload: []byte(`{}`)})
	})
	if err != nil {
		t.Fatal(err)
	}
	audit("audit-fails", "state--no")
}
