package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// migrationPage is the model of migration.html: the types that have cases on older
// versions, or those of one of them.
type migrationPage struct {
	Types       []migrationType
	Type, Title string
	To, After   string
	Versions    []string
	Partly      string // that not every case was counted
	Empty       string // what is said where there is no line
	EmptyDo     string
	Lines       []migrationLine
	Stays       []migrationLine
	Pages       turning
	Done        string // what was moved, where the rest was refused
	Refused     []migrationLine
	Faults      []faultLink
	Reason      string
	ReasonError string
	Token       string
}

type migrationType struct{ Href, Title, Count string }

// migrationLine is one case, with what keeps it where it is.
type migrationLine struct {
	Number, Version string
	Href, Subject   string // where he may read it
	State           stateView
	Step            string
	Value           string // what the tick stands for
	Checked         bool
	Why             []string
}

// migrateTry is what somebody tried on the page, and what came of it.
type migrateTry struct {
	kind    string
	after   string
	ticked  []string
	invalid forms.Invalid
	refused []migrationLine
	done    string
}

func (p *Pages) migration(w http.ResponseWriter, r *http.Request) {
	p.showMigration(w, r, http.StatusOK, migrateTry{kind: r.URL.Query().Get("type"), after: r.URL.Query().Get("after")})
}

func (p *Pages) showMigration(w http.ResponseWriter, r *http.Request, status int, try migrateTry) {
	q := ismskit.MigrationQuery{Type: try.kind}
	if at, id, ok := strings.Cut(try.after, "|"); ok {
		micros, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			p.renderer.Refuse(w, r, BadRequest)
			return
		}
		q.After, q.AfterID = time.UnixMicro(micros).UTC(), id
	}
	m, err := p.kit.Records().Migration(r.Context(), p.actor(r), q)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := migrationPage{Type: try.kind, Title: m.To.Title.In(p.lang(r)), To: m.To.Version, After: try.after, Done: try.done, Refused: try.refused, Token: newToken()}
	for _, t := range m.Types {
		page.Types = append(page.Types, migrationType{
			Href: "/migration?type=" + url.QueryEscape(t.Key), Title: t.Title.In(p.lang(r)), Count: p.migrationCount(r, t.Cases, t.More),
		})
	}
	for _, v := range m.Versions {
		line := p.text(r, "migration.version", "Version", v.Version, "Cases", p.migrationCount(r, v.Cases, v.More))
		switch {
		case v.MoreDrafts:
			line += p.text(r, "migration.drafts_more", "Count", thousands(v.Drafts))
		case v.Drafts > 0:
			line += p.text(r, "migration.drafts", "N", v.Drafts)
		}
		page.Versions = append(page.Versions, line)
	}
	if m.Partly {
		page.Partly = p.text(r, "migration.partly", "Count", thousands(ismskit.MaxUnendedSeen))
	}
	for _, c := range m.Cases {
		line := p.migrationLine(r, c, try)
		if len(line.Why) > 0 {
			page.Stays = append(page.Stays, line)
		} else {
			page.Lines = append(page.Lines, line)
		}
	}
	if try.after != "" {
		page.Pages.First = "/migration?type=" + url.QueryEscape(try.kind)
	}
	page.Empty, page.EmptyDo = p.text(r, "migration.empty"), p.text(r, "migration.empty_do")
	if m.More {
		page.Empty, page.EmptyDo = p.text(r, "migration.empty_here"), "" // they are further back
		page.Pages.Next = "/migration?type=" + url.QueryEscape(try.kind) + "&after=" + url.QueryEscape(strconv.FormatInt(m.Next.UnixMicro(), 10)+"|"+m.NextID)
	}
	for _, f := range try.invalid {
		page.Faults = append(page.Faults, faultLink{Field: f.Field, Text: f.Message(p.lang(r))})
		if f.Field == ismskit.FieldComment {
			page.ReasonError = f.Message(p.lang(r))
		}
	}
	if len(try.invalid) > 0 {
		page.Reason = r.PostForm.Get(commentName)
	}
	p.renderer.Page(w, r, status, "migration", page)
}

// migrationCount is a number of cases, as far as they were counted.
func (p *Pages) migrationCount(r *http.Request, n int, more bool) string {
	if more {
		return p.text(r, "migration.n_more", "Count", thousands(n))
	}
	return p.text(r, "migration.n", "N", n)
}

// thousands is a number as it is written: 5,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (p *Pages) migrationLine(r *http.Request, c ismskit.MigrationCase, try migrateTry) migrationLine {
	line := migrationLine{
		Number: ismskit.NumberIn(p.lang(r), c.Number, c.RowNo), Version: c.Version,
		State: p.state(r, c.Word, 0, 0), Step: p.in(r, c.Step),
	}
	if c.Readable {
		line.Href, line.Subject = "/cases/"+c.Case, p.subject(r, c.Subject, c.SubjectIn)
	}
	line.Value = strings.Join([]string{c.Case, strconv.FormatInt(c.Revision, 10), line.Number}, "|")
	line.Checked = slices.Contains(try.ticked, line.Value)
	for _, text := range c.Stands {
		line.Why = append(line.Why, p.in(r, text))
	}
	return line
}

// migrate moves the cases that are ticked.
func (p *Pages) migrate(w http.ResponseWriter, r *http.Request) {
	if !p.parse(w, r) {
		return
	}
	try := migrateTry{kind: r.PostForm.Get("type"), after: r.PostForm.Get("after"), ticked: r.PostForm["item"]}
	m := ismskit.Migrate{Type: try.kind, To: r.PostForm.Get("to"), Reason: r.PostForm.Get(commentName), Key: r.PostForm.Get("token")}
	for _, value := range try.ticked {
		parts := strings.SplitN(value, "|", 3)
		revision, err := int64(0), error(nil)
		if len(parts) == 3 {
			revision, err = strconv.ParseInt(parts[1], 10, 64)
		}
		if err != nil || revision < 1 {
			p.renderer.Refuse(w, r, BadRequest)
			return
		}
		m.Cases = append(m.Cases, ismskit.MigrateItem{Case: parts[0], Revision: revision})
	}
	results, err := p.kit.Records().Migrate(r.Context(), p.actor(r), m)
	if invalid, ok := errors.AsType[forms.Invalid](err); ok {
		try.invalid = invalid
		p.showMigration(w, r, http.StatusUnprocessableEntity, try)
		return
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	done, already := 0, 0
	for i, result := range results {
		switch {
		case result.Already:
			already++
			continue
		case result.Err == nil:
			done++
			continue
		}
		try.refused = append(try.refused, migrationLine{Number: last(strings.SplitN(try.ticked[i], "|", 3)), Why: p.notMigrated(r, result.Err)})
	}
	said := p.text(r, "migration.done", "N", done)
	if len(try.refused) > 0 {
		said = p.text(r, "migration.done_some", "Done", done, "Refused", len(try.refused))
	}
	if already > 0 {
		said += p.text(r, "migration.already", "N", already)
	}
	if len(try.refused) == 0 {
		p.done(w, r, "/migration?type="+url.QueryEscape(try.kind), said)
		return
	}
	try.done = said
	try.ticked = nil
	p.showMigration(w, r, http.StatusOK, try)
}

// notMigrated says why one of them was not moved. What there is a page of its own for
// elsewhere is one sentence here: the others have been moved.
func (p *Pages) notMigrated(r *http.Request, err error) []string {
	if stays, ok := errors.AsType[*ismskit.Stays](err); ok {
		return stays.In(p.lang(r))
	}
	if errors.Is(err, ismskit.ErrConflict) {
		return []string{p.text(r, "migration.changed")}
	}
	if errors.Is(err, workflow.ErrPhase) {
		return []string{p.text(r, "migration.ended")}
	}
	if errors.Is(err, ismskit.ErrKeyReused) { // back on the page, and another reason or choice
		return []string{p.text(r, "migration.reused")}
	}
	switch t, known := p.trouble(r, err); {
	case !known || t.Kind == Unavailable:
		p.renderer.logQuietly(r.Context(), "request failed", err)
		return []string{p.text(r, "migration.failed")}
	case len(t.Lines) > 0:
		return t.Lines
	}
	return []string{p.text(r, "migration.gone")}
}
