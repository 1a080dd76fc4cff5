package web_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// withRegistry has a further version of the request for accounts, which asks for a budget code and
// which the records desk signs first.
func withRegistry(c *ismskit.Config) {
	i := slices.IndexFunc(c.Types, func(t ismskit.Type) bool { return t.Key == "account_request" })
	next := c.Types[i]
	next.Version = next.Version + "0"
	next.Form.Version, next.Flow.Version = next.Version, next.Version
	next.Form.Fields = append(slices.Clone(next.Form.Fields), forms.Field{Key: "budget", Type: "text", Required: true, Label: forms.Text{"zh-TW": "經費代號", "en": "Budget code"}})
	next.Flow.Root.Sequence = slices.Insert(slices.Clone(next.Flow.Root.Sequence), 0, workflow.Node{Step: &workflow.Step{
		ID: "desk", Name: workflow.Text{"zh-TW": "檔案股", "en": "Records desk"}, Kind: workflow.KindReview, Who: []workflow.Who{{Kind: workflow.WhoPerson, IDs: []string{"P12"}}},
	}})
	c.Types = append(c.Types, next)
}

// The page of an entry has the fields and the way of the sheet in hand, not those of the version that
// the house has taken into use since: from the number in the address, and once it is typed.
func TestThePageOfAnEntryIsOfTheVersionOfItsSheet(t *testing.T) {
	var cfg ismskit.Config
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	path := h.Apply(t)
	chief := h.As(t, "P04")
	chief.Post(path+"/act", chief.Get(path).With("do", "to_paper", "comment", "機房停電")...).Says(t, http.StatusOK)
	h.Settle(t)
	number := entered.FindString(h.As(t, "P07").Get(path).Text)
	withRegistry(&cfg)
	h = webtest.Serve(t, cfg)
	keeper := h.As(t, "P07")

	const at = "/apply/account_request_paper"
	keeper.Get(at+"?number="+number).Says(t, http.StatusOK, "已帶入 "+number).Not(t, "經費代號", "檔案股")
	blank := formOf(t, keeper.Get(at).Says(t, http.StatusOK, "經費代號"), "online")
	typed := keeper.Post(at, blank.With("paper_number", number)...).Says(t, http.StatusOK, "已帶入 "+number).Not(t, "經費代號", "檔案股")
	saved := keeper.SendAs(at, "paper_scan.file", "掃描.pdf", "%PDF-1.7 x\n%%EOF", formOf(t, typed, "save").With(
		"paper_why", "機房停電", "paper_signers.1.signer.find", "邱柏叡", "paper_signers.1.capacity", "單位主管", "paper_signers.1.signed_on", "115.11.23",
		"paper_place", "資訊室鐵櫃 A-3", "paper_keeper.find", "溫佩真")...)
	saved.Says(t, http.StatusOK).Not(t, "經費代號", "檔案股")
	again := keeper.Get(saved.At()).Says(t, http.StatusOK, number).Not(t, "經費代號", "檔案股", "data-errors")
	sent := keeper.Post(saved.At(), formOf(t, again, "submit").With()...)
	sent.Says(t, http.StatusOK, number, "紙本簽核後補登").Not(t, "經費代號", "檔案股")
	keeper.Get(sent.At()+"/print").Says(t, http.StatusOK).Not(t, "經費代號", "檔案股")
}
