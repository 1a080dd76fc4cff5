package ismskit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// Certifier checks signatures that people make with certificates of their own (自然人憑證):
// [Config].Certificates. Package certificate has the ready-made one.
type Certifier interface {
	// Certify says whose signature it is and what is needed to check it again years later. It
	// is over exactly the bytes of statement, made by a key whose certificate holds at a moment
	// and is of an issuer that the host trusts. The signature may hold the certificate itself,
	// or it is the first of certificates. What does not hold is refused as *CertificateError;
	// any other error says that it could not be looked at.
	Certify(ctx context.Context, statement, signature []byte, certificates [][]byte, at time.Time) (Certified, error)
}

// Certified is a signature with a certificate as it stands on the trail.
type Certified struct {
	evidence.CertificateSignature
	// Name is what the certificate calls its holder, Subject that in full.
	Name    string    `json:"name,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Serial  string    `json:"serial,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

// Fingerprint is the SHA-256 of the certificate, by which it is registered.
func (c Certified) Fingerprint() string {
	if len(c.Chain) == 0 {
		return ""
	}
	return evidence.Digest(sha256.Sum256(c.Chain[0])).String()
}

// Codes of a CertificateError.
const (
	CertificateMalformed   = "certificate.malformed"   // no signature that can be read, or no certificate
	CertificateFalse       = "certificate.false"       // not over these bytes
	CertificateUntrusted   = "certificate.untrusted"   // of no issuer that is trusted
	CertificateExpired     = "certificate.expired"     // not valid yet, or no more
	CertificateRevoked     = "certificate.revoked"     // its issuer has revoked it
	CertificateUnsupported = "certificate.unsupported" // of a kind that can't be checked everywhere
)

// CertificateError is why a signature with a certificate does not hold.
type CertificateError struct {
	Code        string
	Certificate Certified // as far as it could be read
	Err         error     // for the log
}

// Error is for the log.
func (e *CertificateError) Error() string {
	if e.Err == nil {
		return "ismskit: " + e.Code
	}
	return "ismskit: " + e.Code + ": " + e.Err.Error()
}

// Unwrap returns what the certifier met.
func (e *CertificateError) Unwrap() error { return e.Err }

// FieldCertificate is the field at which forms.Invalid says what is wrong with a signature
// with a certificate, FieldOwe what is wrong with why there is none.
const (
	FieldCertificate = "certificate"
	FieldOwe         = "owe"
)

// CodeCertificateStale is the code at FieldCertificate where what was signed is no longer what
// is decided: a field, a file, the opinion or the decision has changed since it was drawn up.
const CodeCertificateStale = "certificate.stale"

// StatementFor is how long after it was drawn up a statement may be signed.
const StatementFor = 24 * time.Hour

// Signing is a decision signed with a certificate.
type Signing struct {
	Drawn        time.Time // of the Unsigned whose statement was signed
	Signature    []byte    // none: the statement is asked for again as it was drawn up then
	Certificates [][]byte  // where the signature does not hold them itself
}

// Unsigned is Act's answer to a decision that is to be signed with a certificate and comes
// without, or with a signature that does not do: all else about it is right. The same action
// with Statement signed, and with Drawn, carries it out.
type Unsigned struct {
	Statement []byte
	Drawn     time.Time
	// Later: he may owe it instead (Action.Owe).
	Later bool
	// Refused is what is wrong with the signature that came, at FieldCertificate; Statement is
	// the same then for as long as it may be signed and nothing has changed.
	Refused forms.Invalid
}

// Error is for the log.
func (u *Unsigned) Error() string {
	if len(u.Refused) > 0 {
		return u.Refused.Error()
	}
	return "ismskit: to be signed with a certificate"
}

// Unwrap is Refused, for whoever asks what is wrong.
func (u *Unsigned) Unwrap() error { return u.Refused.Err() }

// Digest is the SHA-256 of what is to be signed.
func (u *Unsigned) Digest() evidence.Digest { return sha256.Sum256(u.Statement) }

// certificateRule says whether an action is signed with a certificate.
func (w *work) certificateRule(a Action) workflow.CertificateRule {
	t, ok := w.before.state.Task(w.auth.task)
	if !ok {
		return ""
	}
	return w.before.kind.flow.Certificate(a.Verb, t)
}

// owing is what is wrong with why somebody signs without his certificate.
func (w *work) owing(a *Action) forms.Invalid {
	owe, wrong := forms.CleanText(FieldOwe, forms.Text(w.k.texts("owe")), a.Owe, MaxComment)
	if wrong != nil {
		return forms.Invalid{*wrong}
	}
	a.Owe, w.event.Owes = owe, owe
	return nil
}

// signed notes the signature with the certificate of whoever decides, where the step asks for
// one; without one it says what is to be signed. It comes last: what is wrong elsewhere is
// mended before anybody takes out his card.
func (w *work) signed(ctx context.Context, a Action) error {
	rule := w.certificateRule(a)
	if rule == "" || a.Owe != "" {
		return nil
	}
	if w.k.cfg.Certificates == nil {
		return w.k.certificateFault("certificate.none", nil)
	}
	var refused forms.Invalid
	drawn := w.now
	if came := a.Certificate; came != nil {
		if w.signable(came.Drawn) { // while nothing has changed, what he has signed stays good after a wrong file
			drawn = came.Drawn.UTC()
		}
		if len(came.Signature) > 0 {
			err := w.certified(ctx, a)
			var wrong bool
			if refused, wrong = errors.AsType[forms.Invalid](err); !wrong {
				return err
			}
		}
	}
	statement, err := w.statement(ctx, a, drawn)
	if err != nil {
		return err
	}
	return &Unsigned{Statement: statement, Drawn: drawn, Later: rule == workflow.CertificateLater, Refused: refused}
}

// certified looks at the signature that came, and notes it. What is wrong with it is said at
// FieldCertificate.
func (w *work) certified(ctx context.Context, a Action) error {
	k, drawn := w.k, a.Certificate.Drawn.UTC()
	// First: nothing is drawn up for a moment that no statement could name.
	if !w.signable(drawn) {
		return k.certificateFault(CodeCertificateStale, nil)
	}
	statement, err := w.statement(ctx, a, drawn)
	if err != nil {
		return err
	}
	c, err := k.cfg.Certificates.Certify(ctx, statement, a.Certificate.Signature, a.Certificate.Certificates, w.now)
	if refused, ok := errors.AsType[*CertificateError](err); ok {
		k.log.InfoContext(ctx, "certificate refused", "actor", w.actor.Person, "why", refused.Error())
		return k.certificateRefused(refused)
	}
	if err != nil {
		return errors.Join(ErrUnavailable, err)
	}
	// What can't be checked again later is no evidence, whatever the port says of it.
	if c.Statement != string(statement) || c.Check() != nil {
		return fmt.Errorf("ismskit: the certifier passed a signature that does not hold: %w", errors.Join(evidence.ErrCertificate, c.Check()))
	}
	if err := w.ofSigner(ctx, c); err != nil {
		return err
	}
	w.event.Certificate = &c
	return nil
}

// signable says whether what was drawn up at a moment may still be signed.
func (w *work) signable(drawn time.Time) bool {
	since := w.now.Sub(drawn)
	return since >= 0 && since <= StatementFor
}

// certificateRefused says it to people. A signature that is not over these bytes is mostly one
// over what was drawn up before something changed.
func (k *Kit) certificateRefused(e *CertificateError) error {
	code, c := e.Code, e.Certificate
	if code == CertificateFalse {
		code = CodeCertificateStale
	}
	return k.certificateFault(code, func(lang string) map[string]string {
		day := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return forms.Locale{Lang: lang, Location: k.location}.Day(calendar.DateOf(t.In(k.location)))
		}
		return map[string]string{"name": c.Name, "issuer": c.Issuer, "from": day(c.From), "to": day(c.To)}
	})
}

func (k *Kit) certificateFault(code string, params func(lang string) map[string]string) error {
	text := forms.Text{}
	for _, lang := range languages {
		var with map[string]string
		if params != nil {
			with = params(lang)
		}
		text[lang] = say(lang, code, with)
	}
	return forms.Invalid{{Field: FieldCertificate, Code: code, Text: text}}
}

// ofSigner says whether a certificate is registered for whoever signs. Officers register it,
// by its fingerprint: that it calls him by the same name proves nothing.
func (w *work) ofSigner(ctx context.Context, c Certified) error {
	k, print := w.k, c.Fingerprint()
	rows, err := k.rowsNow(ctx, register.Query{List: register.Certificates, Keys: []string{register.Key("fingerprint", print)}, At: w.now})
	if err != nil {
		return err
	}
	var names []string
	for _, row := range rows {
		if !slices.Contains(row.Keys, register.Key("fingerprint", print)) {
			continue // only the index calls it by this one, and that anybody with the database can write
		}
		cells, err := k.lists.Cells(row)
		if err != nil {
			return err
		}
		if cells.ID("person") == w.auth.by.Person {
			return nil
		}
		names = append(names, cells.ID("person"))
	}
	code := "certificate.unregistered"
	if len(names) > 0 {
		code = "certificate.other"
	}
	return k.certificateFault(code, func(string) map[string]string {
		return map[string]string{"name": c.Name, "serial": c.Serial, "print": print}
	})
}

// checkCertificates refuses types whose steps are signed with certificates where nothing can
// check them, by name.
func (c Config) checkCertificates(ks *kinds) error {
	if c.Certificates != nil {
		return nil
	}
	var faults []error
	for _, kind := range ks.version {
		for _, step := range kind.flow.Steps() {
			if step.Certificate != "" {
				faults = append(faults, fmt.Errorf("type %s %s: step %s is signed with certificates, and Certificates is nil", kind.Key, kind.Version, step.ID))
			}
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// uncertified are the steps of a flow that are signed with certificates, where nothing can
// check them: what checkCertificates refuses of the program's own types.
func (k *Kit) uncertified(kind *kind) []FlowProblem {
	if k.cfg.Certificates != nil {
		return nil
	}
	var out []FlowProblem
	for _, step := range kind.flow.Steps() {
		if step.Certificate != "" {
			text := workflow.Text{}
			for _, lang := range languages {
				text[lang] = say(lang, "version.certificate", map[string]string{"step": step.Name.In(lang)})
			}
			out = append(out, FlowProblem{Path: pathOf(kind.Flow.Root, "root", step.ID) + ".step.certificate", Step: step.ID, Text: text})
		}
	}
	return out
}
