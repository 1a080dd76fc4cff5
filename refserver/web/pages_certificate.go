package web

import (
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// The fields of a task that is signed with a certificate. The server has no card reader: the
// page gives out what is to be signed and takes what a component signed of it.
const (
	drawnName     = "card.drawn"
	drawnBefore   = "card.drawn_before" // where the page asks for something else first
	signatureName = "card.signature"
	chainName     = "card.chain"
	// oweDo stands behind a verb where it is signed without the certificate for now.
	oweDo = "owe"
)

// oweName is where it is said why, among the opinions: what is typed there is never lost.
const oweName = commentName + "." + oweDo

// maxSignature is the largest signature or certificate that is read.
const maxSignature = 200 << 10

// signBox is what a task says of the certificate.
type signBox struct {
	ID    string
	Later bool // it may be made up for
	// Owing, Error: why he can't use it now, and what is wrong with that.
	Owing, OweError string
	OweOpen         bool
	// The rest is what is to be signed, once all else is right.
	Ready     bool
	Verb      string
	Do        string       // 同意
	Drawn     string       // also where it is not ready again: what he has signed stays good
	Statement template.URL // to be saved
	File      string
	Digest    string
	Error     string
}

// signing reads what was signed, and why it is not, into an attempt.
func (p *Pages) signing(r *http.Request, a *attempt) error {
	if a.owes {
		if a.owe = strings.TrimSpace(a.posted.Get(oweName)); a.owe == "" {
			a.invalid = append(a.invalid, forms.Fault{Field: ismskit.FieldOwe, Code: "required", Text: p.everyLang("certificate.owe_required")})
		}
		return nil
	}
	drawn, err := time.Parse(time.RFC3339Nano, a.posted.Get(drawnName))
	if err != nil {
		if drawn, err = time.Parse(time.RFC3339Nano, a.posted.Get(drawnBefore)); err == nil {
			a.signed = &ismskit.Signing{Drawn: drawn}
		}
		return nil // the page had nothing to sign yet
	}
	a.signed = &ismskit.Signing{Drawn: drawn}
	signature, err := certificateFiles(r, signatureName)
	if err != nil || len(signature) == 0 {
		a.unchosen = err == nil
		return err
	}
	chain, err := certificateFiles(r, chainName)
	if err != nil {
		return err
	}
	a.signed = &ismskit.Signing{Drawn: drawn, Signature: signature[0], Certificates: chain}
	return nil
}

// certificateFiles are the files chosen in a control; one that is too large is cut off, and
// is no signature then.
func certificateFiles(r *http.Request, control string) (out [][]byte, err error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	for _, head := range r.MultipartForm.File[control] {
		b, err := func() (b []byte, err error) {
			f, err := head.Open()
			if err != nil {
				return nil, err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			return io.ReadAll(io.LimitReader(f, maxSignature))
		}()
		if err != nil {
			return nil, err
		}
		if len(b) > 0 {
			out = append(out, b)
		}
	}
	return out, nil
}

// signBox is nil where a task asks for no certificate.
func (p *Pages) signBox(r *http.Request, c ismskit.Case, t ismskit.MyTask, a attempt) *signBox {
	if t.Certificate == "" {
		return nil
	}
	box := &signBox{ID: t.ID, Later: t.Certificate == workflow.CertificateLater}
	if a.task != t.ID {
		return box
	}
	lang := p.lang(r)
	box.Owing, box.OweError = a.posted.Get(oweName), a.message(lang, ismskit.FieldOwe)
	box.OweOpen = box.Owing != "" || box.OweError != ""
	box.Error = a.message(lang, ismskit.FieldCertificate)
	if a.unchosen {
		box.Error = p.text(r, "certificate.choose")
	}
	u := a.unsigned
	if u == nil {
		if a.signed != nil {
			box.Drawn = a.signed.Drawn.Format(time.RFC3339Nano)
		}
		return box
	}
	name := c.Number
	if name == "" {
		name = c.ID
	}
	box.Ready, box.Verb, box.Do = true, string(a.verb), p.button(r, a.verb, t)
	box.Drawn, box.Digest = u.Drawn.Format(time.RFC3339Nano), u.Digest().String()
	box.Statement = template.URL("data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(u.Statement)) // of our own making
	box.File = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) {
			return '-'
		}
		return c
	}, name) + "-" + t.ID + ".json"
	return box
}

// askToSign shows the case again with what is to be signed, and with all that was typed.
func (p *Pages) askToSign(w http.ResponseWriter, r *http.Request, a attempt) {
	c, err := p.kit.Case(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	status := http.StatusOK
	if a.unchosen {
		status = http.StatusUnprocessableEntity
	}
	p.renderCase(w, r, status, c, a)
}
