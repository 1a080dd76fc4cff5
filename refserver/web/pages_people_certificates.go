package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/register"
)

// registerCertificates puts the page of a person's certificates on a mux, where people sign
// with them.
func (p *Pages) registerCertificates(mux *http.ServeMux) {
	if !p.certificates {
		return
	}
	mux.HandleFunc("GET /people/{id}/certificates", p.showCertificates)
	mux.HandleFunc("POST /people/{id}/certificates", p.changeCertificates)
}

// certificatesPage is the model of people_certificates.html.
type certificatesPage struct {
	ID, Name string
	Lines    []certificateLine
	Posted   map[string]string
	Faults   []faultLink
	Wrong    map[string]string
	Changed  bool // by somebody else meanwhile
}

// certificateLine is one that is registered as his.
type certificateLine struct {
	Row                 string
	Revision            int64
	Holder, Serial      string
	Issuer, Fingerprint string
	Stopped             bool
	Until               string // the last day on which it may be used, "" for no such day
	By, Reason          string // who stopped it, and why
	At                  time.Time
	Why, Wrong          string // what was typed to stop it, and what is wrong with that
}

// The fields of the page; those of the list have its names.
const (
	certificateFile        = "file"
	certificateFingerprint = "fingerprint"
	certificateHolder      = "holder"
)

// mayCertify says whether the reader registers certificates here.
func (p *Pages) mayCertify(r *http.Request) (bool, error) {
	if !p.certificates {
		return false, nil
	}
	return p.kit.Registers().MayChange(r.Context(), p.actor(r), register.Certificates, "")
}

// certifies lets those through who register certificates.
func (p *Pages) certifies(w http.ResponseWriter, r *http.Request) bool {
	may, err := p.mayCertify(r)
	if err == nil && !may {
		err = ismskit.ErrForbidden
	}
	if err != nil {
		p.fail(w, r, err)
	}
	return err == nil
}

func (p *Pages) showCertificates(w http.ResponseWriter, r *http.Request) {
	if !p.certifies(w, r) {
		return
	}
	p.renderCertificates(w, r, http.StatusOK, certificatesPage{Posted: map[string]string{}})
}

func (p *Pages) renderCertificates(w http.ResponseWriter, r *http.Request, status int, page certificatesPage) {
	v, err := p.kit.People().Get(r.Context(), p.actor(r), r.PathValue("id"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.ID, page.Name, page.Wrong = v.ID, p.named(r, v.Name, v.NameEN), wrongs(page.Faults)
	if page.Lines, err = p.certificateLines(r, v.ID); err != nil {
		p.fail(w, r, err)
		return
	}
	for i := range page.Lines {
		if line := &page.Lines[i]; line.Row == page.Posted["row"] {
			line.Why, line.Wrong = page.Posted["reason"], page.Wrong["reason-"+line.Row]
		}
	}
	p.renderer.Page(w, r, status, "people_certificates", page)
}

// certificateLines are the certificates registered as somebody's, those stopped last.
func (p *Pages) certificateLines(r *http.Request, person string) ([]certificateLine, error) {
	rows, cells, err := p.certificateRows(r, register.Key("person", person))
	if err != nil {
		return nil, err
	}
	var by []string
	for _, row := range rows {
		by = append(by, row.ChangedBy)
	}
	names, err := p.titlesByID(r, register.People, distinct(by))
	if err != nil {
		return nil, err
	}
	var open, stopped []certificateLine
	for i, row := range rows {
		line := certificateLine{
			Row: row.ID, Revision: row.Revision, Holder: cells[i].Text(certificateHolder), Serial: cells[i].Text("serial"), Issuer: cells[i].Text("issuer"),
			Fingerprint: cells[i].Text(certificateFingerprint), Until: p.edge(r, row.To, true),
		}
		if row.Over(p.now()) {
			line.Stopped, line.By, line.At, line.Reason = true, strings.Join(names.of([]string{row.ChangedBy}), ""), row.ChangedAt, row.Reason
			stopped = append(stopped, line)
			continue
		}
		open = append(open, line)
	}
	return append(open, stopped...), nil
}

func (p *Pages) certificateRows(r *http.Request, key string) ([]register.Row, []register.Cells, error) {
	rows, err := p.kit.Registers().Rows(r.Context(), p.actor(r), register.Query{List: register.Certificates, Keys: []string{key}})
	if err != nil {
		return nil, nil, err
	}
	cells, err := p.kit.Registers().Cells(r.Context(), p.actor(r), rows...)
	return rows, cells, err
}

// changeCertificates registers a certificate as the person's, or stops one.
func (p *Pages) changeCertificates(w http.ResponseWriter, r *http.Request) {
	if !p.certifies(w, r) || !p.parse(w, r) {
		return
	}
	page := certificatesPage{Posted: map[string]string{}}
	for _, name := range []string{certificateFingerprint, certificateHolder, "row", "reason"} {
		page.Posted[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	var flash string
	var err error
	if r.PostForm.Get("do") == "stop" {
		flash, err = p.stopCertificate(r, &page)
	} else {
		flash, err = p.addCertificate(r, &page)
	}
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		for _, f := range invalid {
			page.Faults = append(page.Faults, faultLink{Field: f.Path(), Text: f.Message(p.lang(r))})
		}
		err = nil
	}
	switch {
	case errors.Is(err, ismskit.ErrConflict):
		page.Changed = true
		p.renderCertificates(w, r, http.StatusConflict, page)
	case err != nil:
		p.fail(w, r, err)
	case len(page.Faults) > 0:
		p.renderCertificates(w, r, http.StatusUnprocessableEntity, page)
	default:
		p.done(w, r, "/people/"+r.PathValue("id")+"/certificates", flash)
	}
}

// addCertificate registers what a file holds, or what the message of the one who could not sign
// says of it. What was read from the file stays on the page, which can't keep the file.
func (p *Pages) addCertificate(r *http.Request, page *certificatesPage) (string, error) {
	read, err := p.readCertificate(r, page)
	if err != nil || len(page.Faults) > 0 {
		return "", err
	}
	person, print := r.PathValue("id"), page.Posted[certificateFingerprint]
	rows, cells, err := p.certificateRows(r, register.Key(certificateFingerprint, print))
	if err != nil {
		return "", err
	}
	change := ismskit.RowChange{List: register.Certificates, ID: print}
	for i, row := range rows {
		if row.ID == change.ID {
			change.Seen = row.Revision
		}
		if row.Over(p.now()) {
			continue
		}
		owner := cells[i].ID("person")
		names, err := p.titlesByID(r, register.People, []string{owner})
		if err != nil {
			return "", err
		}
		already := p.text(r, "certificates.already", "Name", strings.Join(names.of([]string{owner}), ""))
		if owner == person { // pressed twice
			return already, nil
		}
		page.Faults = append(page.Faults, faultLink{Field: certificateFingerprint, Text: already})
		return "", nil
	}
	if !register.ValidID(change.ID) { // what is wrong with it is said at its field
		change.ID = forms.NewRowID()
	}
	change.Values = forms.Values{"person": forms.Ref{List: "register/" + register.People, ID: person}}
	for name, text := range map[string]string{certificateFingerprint: print, certificateHolder: page.Posted[certificateHolder], "serial": read.Serial, "issuer": read.Issuer} {
		if text != "" {
			change.Values[name] = text
		}
	}
	_, err = p.kit.Registers().Put(r.Context(), p.actor(r), change)
	return p.text(r, "certificates.added", "Holder", page.Posted[certificateHolder]), err
}

// readCertificate fills in from the file what the page asks for; without one it is as typed.
func (p *Pages) readCertificate(r *http.Request, page *certificatesPage) (ismskit.Certified, error) {
	fault := func(field, text string) {
		page.Faults = append(page.Faults, faultLink{Field: field, Text: p.text(r, text)})
	}
	typed := strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(page.Posted[certificateFingerprint]))
	page.Posted[certificateFingerprint] = typed
	files, err := certificateFiles(r, certificateFile)
	if err != nil {
		return ismskit.Certified{}, err
	}
	if len(files) == 0 {
		if typed == "" {
			fault(certificateFile, "certificates.needed")
		}
		return ismskit.Certified{}, nil
	}
	read, err := certificate.Read(files[0])
	if refused, ok := errors.AsType[*ismskit.CertificateError](err); ok {
		text := "certificates.unread"
		if refused.Code == ismskit.CertificateUnsupported {
			text = "certificates.unfit"
		}
		fault(certificateFile, text)
		return read, nil
	}
	if err != nil {
		return read, err
	}
	if typed != "" && typed != read.Fingerprint() {
		fault(certificateFingerprint, "certificates.differs")
	}
	page.Posted[certificateFingerprint] = read.Fingerprint()
	if read.Name != "" {
		page.Posted[certificateHolder] = read.Name
	}
	return read, nil
}

// stopCertificate has nobody sign with one any more, at once: its last day is the day before.
// What was signed with it stays as it is.
func (p *Pages) stopCertificate(r *http.Request, page *certificatesPage) (string, error) {
	row, cells, err := p.rowOf(r, register.Certificates, page.Posted["row"])
	if err == nil && cells.ID("person") != r.PathValue("id") {
		err = ismskit.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	if page.Posted["reason"] == "" {
		page.Faults = append(page.Faults, faultLink{Field: "reason-" + row.ID, Text: p.text(r, "certificates.stop_needed")})
		return "", nil
	}
	seen, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil || row.Over(p.now()) {
		return "", ismskit.ErrConflict
	}
	values, err := p.kit.Registers().Fields(r.Context(), p.actor(r), row)
	if err != nil {
		return "", err
	}
	values = values.Clone()
	values["to"] = p.today().AddDays(-1)
	if row.From.After(p.now()) || p.day(row.From) == p.today() {
		delete(values, "from")
	}
	_, err = p.kit.Registers().Put(r.Context(), p.actor(r), ismskit.RowChange{List: row.List, ID: row.ID, Seen: seen, Values: values, Reason: page.Posted["reason"]})
	return p.text(r, "certificates.stopped_now", "Holder", cells.Text(certificateHolder)), err
}
