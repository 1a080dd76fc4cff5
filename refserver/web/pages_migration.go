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
)

// migrationPage is the model of migration.html: the types that have cases on older
// versions, or those of one of them.
type migrationPage struct {
	Types       []migrationType
	Type, Title string
	To, After   string
	Versions    []string
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
			Href: "/migration?type=" + url.QueryEscape(t.Key), Title: t.Title.In(p.lang(r)), Count: p.text(r, "migration.n", "N", t.Cases),
		})
	}
	for _, v := range m.Versions {
		line := p.text(r, "migration.version", "Version", v.Version, "Cases", p.text(r, "migration.n", "N", v.Cases))
		if v.Drafts > 0 {
			line += p.text(r, "migration.drafts", "N", v.Drafts)
		}
		page.Versions = append(page.Versions, line)
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
	if n := len(m.Cases); m.More && n > 0 {
		last := m.Cases[n-1]
		page.Pages.Next = "/migration?type=" + url.QueryEscape(try.kind) + "&after=" + url.QueryEscape(strconv.FormatInt(last.Created.UnixMicro(), 10)+"|"+last.Case)
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

func (p *Pages) migrationLine(r *http.Request, c ismskit.MigrationCase, try migrateTry) migrationLine {
	line := migrationLine{
		Number: ismskit.NumberIn(p.lang(r), c.Number, c.RowNo), Version: c.Version,
		State: p.state(r, c.Word, 0, 0), Step: p.in(r, c.Step),
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
	done := 0
	for i, result := range results {
		if result.Err == nil {
			done++
			continue
		}
		try.refused = append(try.refused, migrationLine{Number: last(strings.SplitN(try.ticked[i], "|", 3)), Why: p.notMigrated(r, result.Err)})
	}
	if len(try.refused) == 0 {
		p.done(w, r, "/migration?type="+url.QueryEscape(try.kind), p.text(r, "migration.done", "N", done))
		return
	}
	try.done = p.text(r, "migration.done_some", "Done", done, "Refused", len(try.refused))
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
	t, known := p.trouble(r, err)
	if !known || t.Kind == Unavailable {
		p.renderer.logQuietly(r.Context(), "request failed", err)
		return []string{p.text(r, "migration.failed")}
	}
	return []string{p.text(r, "migration.gone")}
}
