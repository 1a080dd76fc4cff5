package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// checkPage is the model of documents_check.html.
type checkPage struct {
	Number, Label, Digest string
	Code                  string // printed on the copy
	Visitor               bool
	Asked                 bool
	Wrong                 string // why there is no answer
	WrongField            string // where: digest, file; "" for the page
	Found                 []checkLine
}

type checkLine struct {
	ID, Number, Title, Former string // ID and Title only where the reader may read it
	Band                      string
	Known, Newest             bool
	Closed                    bool // nothing is said but whether it is the newest
	Asked                     string
	Current                   string
	Issued                    calendar.Date
	Notices                   []noticeLine
	Case                      *ismskit.PrintedCase // of the print of a case, and nothing else
	Retired                   bool
}

// registerOpen puts the pages on a mux that need no sign-in.
func (p *Pages) registerOpen(mux *http.ServeMux) {
	mux.HandleFunc("GET /check", p.checkVersion)
	mux.HandleFunc("GET /check/{number}/{version}", p.checkNumbered)
	mux.HandleFunc("GET /check/{number}/{version}/{code}", p.checkPrinted)
	mux.HandleFunc("POST /check", p.checkFile)
}

// visitor is who asks on a page that needs no sign-in: without one, nobody.
func (p *Pages) visitor(r *http.Request) (ismskit.Actor, bool) {
	if a, ok := p.visits.Current(r.Context()); ok && !a.MustChange {
		return p.actor(r), false
	}
	return ismskit.Actor{Channel: channel}, true
}

func (p *Pages) checkVersion(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	p.answerCheck(w, r, checkPage{
		Number: document.TypedNumber(query.Get("number")), Label: document.TypedLabel(query.Get("version")),
		Code: strings.TrimSpace(query.Get("code")), Digest: strings.TrimSpace(query.Get("sha256")),
	})
}

// checkPrinted is the same with what stands on a copy as one address.
func (p *Pages) checkPrinted(w http.ResponseWriter, r *http.Request) {
	p.answerCheck(w, r, checkPage{
		Number: document.TypedNumber(r.PathValue("number")), Label: document.TypedLabel(r.PathValue("version")), Code: strings.TrimSpace(r.PathValue("code")),
	})
}

// checkNumbered has the code of the copy still to be typed: a visitor would be told that there
// is no such document, and answered too often for it.
func (p *Pages) checkNumbered(w http.ResponseWriter, r *http.Request) {
	page := checkPage{Number: document.TypedNumber(r.PathValue("number")), Label: document.TypedLabel(r.PathValue("version"))}
	if _, visitor := p.visitor(r); visitor {
		p.showCheck(w, r, http.StatusOK, page)
		return
	}
	p.answerCheck(w, r, page)
}

// codeAddress is the page that answers for a copy by what stands on it.
func codeAddress(number, label, code string) string {
	return "/check/" + url.PathEscape(number) + "/" + url.PathEscape(label) + "/" + url.PathEscape(code)
}

// maxChecked is the largest file whose fingerprint is taken here.
const maxChecked = 64 << 20

// checkFile takes the fingerprint of a file as it comes in; nothing of it is kept.
func (p *Pages) checkFile(w http.ResponseWriter, r *http.Request) {
	page := checkPage{}
	if !p.mayAsk(w, r, &page) {
		return
	}
	digest, err := fingerprintOfUpload(r)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge || errors.Is(err, ismskit.ErrTooLarge):
		page.Wrong, page.WrongField = p.text(r, "documents.file_large", "Max", forms.SizeText(maxChecked)), "file"
	case errors.Is(err, errNoFile):
		page.Wrong, page.WrongField = p.text(r, "documents.need_file"), "file"
	case err != nil:
		p.renderer.Refuse(w, r, BadRequest)
		return
	}
	if page.Wrong != "" {
		p.showCheck(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	page.Digest = digest
	p.findCopies(w, r, page)
}

var errNoFile = errors.New("web: no file was chosen")

func fingerprintOfUpload(r *http.Request) (string, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", errNoFile
		}
		if err != nil {
			return "", err
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		sum := sha256.New()
		n, err := io.Copy(sum, io.LimitReader(part, maxChecked+1))
		if err == nil && n > maxChecked {
			err = ismskit.ErrTooLarge
		}
		return hex.EncodeToString(sum.Sum(nil)), err
	}
}

func (p *Pages) answerCheck(w http.ResponseWriter, r *http.Request, page checkPage) {
	if page.Number == "" && page.Digest == "" {
		p.showCheck(w, r, http.StatusOK, page)
		return
	}
	if p.mayAsk(w, r, &page) {
		p.findCopies(w, r, page)
	}
}

// mayAsk answers by itself when somebody without a sign-in asks too often.
func (p *Pages) mayAsk(w http.ResponseWriter, r *http.Request, page *checkPage) bool {
	if _, visitor := p.visitor(r); !visitor || p.admit(r) {
		return true
	}
	page.Wrong = p.text(r, "check.often")
	p.showCheck(w, r, http.StatusTooManyRequests, *page)
	return false
}

func (p *Pages) findCopies(w http.ResponseWriter, r *http.Request, page checkPage) {
	actor, _ := p.visitor(r)
	found, err := p.kit.Documents().Check(r.Context(), actor, ismskit.Copy{Number: page.Number, Label: page.Label, Code: page.Code, Digest: page.Digest})
	if refusal, ok := errors.AsType[*document.Refusal](err); ok {
		page.Wrong, page.WrongField = refusal.Text(p.lang(r))+p.text(r, "word.stop"), "digest"
		p.showCheck(w, r, http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page.Asked = true
	for _, c := range found {
		line := checkLine{
			Number: c.Document.Number, Band: c.Version.Band, Known: c.Known, Newest: c.Known && c.InForce, Asked: page.Label,
			Closed: c.Closed, Current: c.Current.Label, Issued: isoDate(c.Current.Issued), Retired: c.Document.Retired != "", Notices: p.noticeLines(r, c.Notices),
		}
		if c.Closed || c.Case != nil {
			line.Case = c.Case
			line.Number = page.Number // as he typed it
			if of := c.Case; of != nil {
				line.Number = ismskit.RowNumberIn(p.lang(r), of.Number, of.Row, of.Turn)
			}
			page.Found = append(page.Found, line)
			continue
		}
		if c.Readable {
			line.ID, line.Title = c.Document.ID, document.TitleIn(c.Title(), p.lang(r))
		}
		if page.Digest != "" || page.Label == "" && c.Known {
			line.Asked = c.Version.Label
		}
		if page.Digest == "" && !document.SameNumber(c.Document.Number, page.Number) {
			line.Former = page.Number
		}
		page.Found = append(page.Found, line)
	}
	p.showCheck(w, r, http.StatusOK, page)
}

func (p *Pages) showCheck(w http.ResponseWriter, r *http.Request, status int, page checkPage) {
	_, page.Visitor = p.visitor(r)
	p.renderer.Page(w, r, status, "documents_check", page)
}
