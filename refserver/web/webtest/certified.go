package webtest

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
)

// certifiedMemo goes to a head who signs with a certificate, and to who confirms it.
const certifiedMemo = `{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"subject","number":{"pattern":"M-{roc}-{n:4}"},
	"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true},
		{"key":"note","type":"text","label":{"zh-TW":"查明事項","en":"Findings"}}]},
	"flow":{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],"root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"review","who":[{"kind":"unit_head"}],"due":{"term":"3wd"},"edit":["note"],"certificate":"later"}},
		{"step":{"id":"confirm","name":{"zh-TW":"確認","en":"Confirmation"},"kind":"confirm","who":[{"kind":"applicant"}],"due":{"term":"3wd"}}}]}}}`

// SendMemo is the address of a memo that P13 has sent in a house of OpenCertified.
func (h *House) SendMemo(t testing.TB) string {
	t.Helper()
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/memo").Says(t, http.StatusOK, "主旨")
	return clerk.Post("/apply/memo", form.With("subject", "採購弱點掃描服務", "do", "submit")...).Says(t, http.StatusOK, "陳核中").At()
}

// OpenCertified is a house where whoever signs a memo as its head does so with a certificate,
// which P12 has and P13 has too.
func OpenCertified(t testing.TB) (h *House, own, other *kittest.Card) {
	t.Helper()
	issuer, verifier := Issuer(t)
	h = OpenHouseWith(t, func(c *ismskit.Config) {
		typ, err := ismskit.ParseType([]byte(certifiedMemo))
		if err != nil {
			t.Fatal(err)
		}
		c.Certificates, c.Types = verifier, append(c.Types, typ)
	})
	cards := make([]*kittest.Card, 2)
	for i, person := range []string{"P12", "P13"} {
		var err error
		if cards[i], err = issuer.Card("持有人"+person, nil, Morning.AddDate(-1, 0, 0), Morning.AddDate(4, 0, 0)); err != nil {
			t.Fatal(err)
		}
		_, err = h.Kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: register.Certificates, ID: person, Values: forms.Values{
			"person": forms.Ref{List: "register/people", ID: person}, "fingerprint": cards[i].Fingerprint(), "holder": "持有人" + person}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h, cards[0], cards[1]
}

// Issuer issues certificates, and what checks those that it has issued.
func Issuer(t testing.TB) (*kittest.Issuer, ismskit.Certifier) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "issuers.pem")
	issuer, err := kittest.NewIssuer("測試憑證管理中心", Morning)
	if err == nil {
		err = issuer.WriteFile(file, Morning)
	}
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := certificate.FromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return issuer, verifier
}
