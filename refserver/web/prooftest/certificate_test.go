package prooftest

import (
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A head signs with his certificate: he saves what is to be signed, has it signed, and brings
// the signature back; a file that is none is said at its field and what he wrote stays. Who
// has no card with him signs with a reason and makes up for it. Axe finds nothing on the way.
func TestASignerUsesHisCertificateInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h, card, _ := webtest.OpenCertified(t)
			p := b.Open(t, h.URL, "/as/P12?next="+h.SendMemo(t), look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("certificate-" + name)
			}
			p.Wait(`button[value="approve"]`)
			looks("asked")
			p.Type(`textarea[name="comment"]`, "如擬")
			p.Follow(`button[value="approve"]`)
			p.Wait(`input[name="card.signature"]`)
			looks("to-sign")
			dir := t.TempDir()
			file := filepath.Join(dir, "signed.p7s")
			bring := func(content []byte) {
				t.Helper()
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
				p.Attach(`input[name="card.signature"]`, file)
				p.Follow(`button[value="approve"]`)
			}
			p.Expect("status of 422")
			bring([]byte("no signature"))
			p.Wait(`input[name="card.signature"][aria-invalid="true"]`)
			looks("wrong")
			if said := p.Text(`textarea[name="comment"]`); said != "" && said != "如擬" {
				t.Errorf("what he wrote is now %q", said)
			}
			signed, err := card.CMS(toSign(t, p))
			if err != nil {
				t.Fatal(err)
			}
			bring(signed)
			p.Wait(`[role="status"]`)
			looks("signed")
		})
	}
}

// toSign is what the page gives to be signed.
func toSign(t *testing.T, p *browsertest.Page) []byte {
	t.Helper()
	var address string
	p.Eval(`document.querySelector('a[download][href^="data:"]').getAttribute("href")`, &address)
	_, packed, _ := strings.Cut(address, ",")
	packed, err := url.PathUnescape(packed)
	if err != nil {
		t.Fatal(err)
	}
	statement, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		t.Fatal(err)
	}
	return statement
}

// An administrator registers a card from its file and stops another with a reason.
func TestAnAdministratorKeepsCertificatesInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h, _, other := webtest.OpenCertified(t)
			p := b.Open(t, h.URL, "/as/P05?next=/people/P12", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("certificates-" + name)
			}
			p.Follow(`a[href="/people/P12/certificates"]`)
			p.Wait("#file")
			looks("list")
			file := filepath.Join(t.TempDir(), "card.cer")
			if err := os.WriteFile(file, other.Certificate.Raw, 0o600); err != nil {
				t.Fatal(err)
			}
			p.Attach("#file", file)
			p.Expect("status of 422")
			p.Follow(`button[value="add"]`)
			p.Wait(`#fingerprint[aria-invalid="true"]`)
			looks("refused")
			p.Click("td summary")
			p.Follow(`button[value="stop"]`)
			p.Wait(`[aria-invalid="true"]`)
			looks("why")
			p.Type(`td input[name="reason"]`, "卡片遺失")
			p.Follow(`button[value="stop"]`)
			p.Wait(`[role="status"]`)
			looks("stopped")
		})
	}
}
