package worktest

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// What would become of running requests is read on a phone and on a desk, in both
// languages: those that can be moved, with one main button, and those that stay.
func TestMovingRequestsToANewVersionIsLookedAt(t *testing.T) {
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	cfg := webtest.Config(t)
	before := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	before.Apply(t, "subject", "收文帳號")
	for _, typ := range slices.Clone(cfg.Types) {
		if typ.Key != "account_request" {
			continue
		}
		typ.Version, typ.Form.Version, typ.Flow.Version = "next", "next", "next"
		typ.Flow.Root.Sequence = slices.Insert(slices.Clone(typ.Flow.Root.Sequence), len(typ.Flow.Root.Sequence)-1, workflow.Node{Step: &workflow.Step{
			ID: "officer", Name: workflow.Text{"zh-TW": "資安人員確認", "en": "Security officer"}, Kind: workflow.KindConfirm,
			Who: []workflow.Who{{Kind: workflow.WhoRole, Module: "organisation", Role: "security_officer"}},
		}})
		cfg.Types = append(cfg.Types, typ)
	}
	h := webtest.Serve(t, cfg)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P04?next=/migration", look)
			for _, path := range []string{"/migration", "/migration?type=account_request"} {
				p.Go(path)
				p.Wait("h1")
				p.Clean(axe)
				p.NoSidewaysScroll()
			}
			p.Shot("work-migration")
			p.Expect("status of 422")
			p.Follow(".btn--main")
			p.Wait(".field__error")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("work-migration-wrong")
		})
	}
}
