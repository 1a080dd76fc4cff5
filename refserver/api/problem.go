package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/answer"
	"github.com/ismskit/ismskit/workflow"
)

// Problem is why a request was refused, as problem details (RFC 9457).
type Problem struct {
	Type     string       `json:"type" doc:"Identifies the kind of problem: urn:ismskit:problem: and the code." example:"urn:ismskit:problem:invalid"`
	Title    string       `json:"title" doc:"What happened, in the language of Accept-Language."`
	Status   int          `json:"status" doc:"The HTTP status."`
	Detail   string       `json:"detail,omitempty" doc:"Why, and what to do."`
	Instance string       `json:"instance,omitempty" doc:"The number under which the server's log has this request."`
	Code     string       `json:"code" doc:"The kind of problem, for programs."`
	Errors   []FieldError `json:"errors,omitempty" nullable:"false" doc:"What must be mended, field by field."`
	Revision int64        `json:"revision,omitempty" doc:"The present revision of what has changed meanwhile."`
	Since    []TrailLine  `json:"since,omitempty" nullable:"false" doc:"What others did meanwhile, oldest first."`
	ToSign   *ToSign      `json:"to_sign,omitempty" doc:"With the code to_sign, or where what is wrong is at certificate: what is to be signed with one's certificate, and everything else is right. Send the action again with the signature and drawn in certificate, or with owe."`

	head http.Header
}

// ToSign is what a decision is to be signed as.
type ToSign struct {
	Statement string    `json:"statement" doc:"The bytes to sign, as UTF-8: canonical JSON with the decision, its fields and who makes it."`
	SHA256    string    `json:"sha256" doc:"Of the statement, in hexadecimal."`
	Drawn     time.Time `json:"drawn" doc:"When it was drawn up; it can be signed for 24 hours."`
	Later     bool      `json:"later,omitempty" doc:"It may be made up for later (owe)."`
}

// FieldError is one thing that must be mended.
type FieldError struct {
	Field   string         `json:"field" doc:"The field as in the request: reason, or lines.system for a column."`
	Row     int            `json:"row,omitempty" doc:"The row's place in its table, counted from 1."`
	RowID   string         `json:"row_id,omitempty" doc:"The row's identity (_row)."`
	Part    string         `json:"part,omitempty" doc:"The part of a value of several parts: to, reason."`
	Code    string         `json:"code" doc:"What is wrong, for programs."`
	Params  map[string]any `json:"params,omitempty" doc:"What the message is made of."`
	Message string         `json:"message" doc:"What is wrong and what to do, for people."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are sent with the problem.
func (p *Problem) GetHeaders() http.Header { return p.head }

// ContentType marks the body as problem details.
func (p *Problem) ContentType(string) string { return problemType }

const (
	problemType = "application/problem+json"
	problemURN  = "urn:ismskit:problem:"
)

// refusal is a problem of the HTTP side, which no package of the SDK knows.
type refusal struct {
	status int
	code   string
	head   http.Header
}

// Error implements error.
func (r *refusal) Error() string { return "api: " + r.code }

var (
	errMethod        = &refusal{status: http.StatusMethodNotAllowed, code: "method"}
	errToken         = &refusal{status: http.StatusUnauthorized, code: "token", head: challenge}
	errScope         = &refusal{status: http.StatusForbidden, code: "scope"}
	errMustChange    = &refusal{status: http.StatusForbidden, code: "must_change"}
	errMediaType     = &refusal{status: http.StatusUnsupportedMediaType, code: "media_type"}
	errCutOff        = &refusal{status: http.StatusBadRequest, code: "cut_off"}
	errCursor        = &refusal{status: http.StatusUnprocessableEntity, code: "cursor"}
	errClass         = &refusal{status: http.StatusUnprocessableEntity, code: "class"}
	errDay           = &refusal{status: http.StatusUnprocessableEntity, code: "day"}
	errKey           = &refusal{status: http.StatusUnprocessableEntity, code: "key"}
	errMatch         = &refusal{status: http.StatusUnprocessableEntity, code: "if_match"}
	errMatchMissing  = &refusal{status: http.StatusPreconditionRequired, code: "if_match_missing"}
	errTooMany       = &refusal{status: http.StatusTooManyRequests, code: "too_many", head: http.Header{"Retry-After": {"60"}}}
	errCheckUnderWay = &refusal{status: http.StatusTooManyRequests, code: "check_under_way", head: http.Header{"Retry-After": {answer.BundlePatience}}}
	errChecksFull    = &refusal{status: http.StatusServiceUnavailable, code: "checks_full"}
	challenge        = http.Header{"Www-Authenticate": {`Bearer realm="ismskit"`}}
)

// stale is a conflict with the revision that the request named.
type stale struct{ error }

// Unwrap is the conflict.
func (s stale) Unwrap() error { return s.error }

// matched marks a conflict of a request that named a revision, which HTTP has a
// status of its own for.
func matched(err error, named bool) error {
	if err != nil && named && answer.IsStale(err) {
		return stale{err}
	}
	return err
}

// status adds to package answer what only this side of HTTP knows: the request's
// own mistakes, and the revision that it named.
func status(err error) (int, string) {
	var (
		http_   *refusal
		problem *Problem
	)
	switch {
	case errors.As(err, &problem):
		return problem.Status, problem.Code
	case errors.As(err, &http_):
		return http_.status, http_.code
	case errors.As(err, &stale{}):
		return http.StatusPreconditionFailed, "changed"
	}
	return answer.Of(err)
}

// problem says an error in the language of the request.
func (a *API) problem(ctx context.Context, err error) *Problem {
	var already *Problem
	if errors.As(err, &already) {
		return already
	}
	lang := langOf(ctx)
	p := &Problem{Title: "", head: http.Header{}}
	p.Status, p.Code = status(err)
	if p.Status == http.StatusNotFound && answer.HasLeft(ctx, a.kit, actor(ctx)) {
		p.Status, p.Code = answer.Of(ismskit.ErrNotInOffice)
	}
	p.Type = problemURN + p.Code
	p.Title, p.Detail = say(lang, p.Code+".title"), say(lang, p.Code+".detail")
	p.explain(err, lang)
	if p.Status >= http.StatusInternalServerError {
		level := answer.Level(ctx, err)
		if errors.Is(err, errChecksFull) {
			level = slog.LevelInfo // as it is meant
		}
		a.o.Log.Log(ctx, level, "request failed", "code", p.Code, "incident", a.o.Incident(ctx), "error", err)
		if no := a.o.Incident(ctx); no != "" {
			p.Instance = "urn:ismskit:incident:" + no
		}
	}
	if p.Status == http.StatusServiceUnavailable {
		p.head.Set("Retry-After", answer.RetryAfter)
	}
	note(ctx).code = p.Code
	return p
}

// explain adds what the particular error knows.
func (p *Problem) explain(err error, lang string) {
	var (
		http_    *refusal
		invalid  forms.Invalid
		flow     *workflow.Refusal
		list     *register.Refusal
		nobody   *ismskit.Unstaffed
		conflict *ismskit.Conflict
		filed    *ismskit.DocumentChanged
		twice    *ismskit.NumberTwice
		barred   *ismskit.Barred
		readOnly *ismskit.ReadOnly
		locked   *account.LockedError
		large    *ismskit.TooLarge
		bundles  *ismskit.TooManyBundles
		unfit    *ismskit.Untaken
		stays    *ismskit.Stays
		unsigned *ismskit.Unsigned
		draft    *ismskit.Unpublishable
		unread   workflow.Problems
		size     *http.MaxBytesError
	)
	switch {
	case errors.As(err, &stays):
		for _, text := range stays.In(lang) {
			p.Errors = append(p.Errors, FieldError{Code: "stays", Message: text})
		}
	case errors.As(err, &unsigned):
		p.Errors = fieldErrors(unsigned.Refused, lang)
		p.ToSign = &ToSign{Statement: string(unsigned.Statement), SHA256: unsigned.Digest().String(), Drawn: unsigned.Drawn, Later: unsigned.Later}
	case errors.As(err, &draft):
		p.Errors = draftErrors(draft, lang)
	case errors.As(err, &unread):
		for _, u := range unread {
			p.Errors = append(p.Errors, FieldError{Field: u.Path, Code: u.Code, Message: u.Message(lang)})
		}
	case errors.As(err, &size):
		p.Detail = say(lang, "too_large.by", "limit", forms.SizeText(size.Limit))
	case errors.As(err, &http_):
		for k, v := range http_.head {
			p.head[k] = v
		}
	case errors.As(err, &invalid):
		p.Errors = fieldErrors(invalid, lang)
	case errors.As(err, &nobody):
		for _, s := range nobody.Steps {
			p.Errors = append(p.Errors, FieldError{Field: s.Step, Code: "nobody", Message: unstaffedLine(s, lang)})
		}
	case errors.As(err, &conflict):
		p.Revision = conflict.Revision
		if conflict.Why != nil {
			p.Title, p.Detail = say(lang, "refused.title"), conflict.Why.Message(lang)
		}
		if !conflict.Draft.IsZero() {
			p.Detail = say(lang, "changed.draft")
		}
		for _, e := range conflict.Since {
			p.Since = append(p.Since, trailLine(e, lang))
		}
	case errors.As(err, &filed):
		p.Revision, p.Detail = filed.Revision, filed.Text(lang)
	case errors.As(err, &twice):
		for _, d := range twice.Documents {
			line := strings.TrimSpace(d.Number + " " + document.TitleIn(d.Title, lang))
			p.Errors = append(p.Errors, FieldError{Field: "id", Code: "number_twice", Params: map[string]any{"id": d.ID}, Message: line})
		}
	case errors.As(err, &bundles):
		p.Detail = bundles.Text(lang)
		p.head.Set("Retry-After", answer.BundlePatience)
	case errors.As(err, &large):
		p.Detail = large.Text(lang)
	case errors.As(err, &unfit):
		p.Detail = unfit.Text(lang)
	case errors.As(err, &barred):
		p.Detail = strings.Join(barred.Texts(lang), " ")
	case errors.As(err, &readOnly):
		p.Detail = readOnly.Text(lang)
	case errors.As(err, &flow):
		p.Title, p.Detail = say(lang, "refused.title"), flow.Message(lang)
	case errors.As(err, &list) && list.Code != "no_list":
		p.Title, p.Detail = say(lang, "refused.title"), list.Text(lang)
	case p.explainPaper(err, lang):
	case errors.As(err, &locked):
		wait := max(1, int(locked.Left.Seconds())+1)
		p.head.Set("Retry-After", strconv.Itoa(wait))
	}
}

// explainPaper adds what document control refused, each with its field; false where it was
// something else.
func (p *Problem) explainPaper(err error, lang string) bool {
	refusals, ok := document.AsRefusals(err)
	if !ok {
		return false
	}
	p.Title, p.Detail = say(lang, "refused.title"), refusals[0].Text(lang)
	for _, r := range refusals {
		if r.Field != "" {
			p.Errors = append(p.Errors, FieldError{Field: r.Field, Code: r.Code, Message: r.Text(lang)})
		}
	}
	return true
}

func fieldErrors(invalid forms.Invalid, lang string) []FieldError {
	out := make([]FieldError, len(invalid))
	for i, f := range invalid {
		out[i] = FieldError{
			Field: f.Field, Row: f.Row, RowID: f.RowID, Part: f.Part, Code: f.Code, Params: f.Params, Message: f.Message(lang),
		}
	}
	return out
}

func unstaffedLine(s ismskit.UnstaffedStep, lang string) string {
	name := forms.Text(s.Name).In(lang)
	if s.Row != "" {
		name = say(lang, "unstaffed.row", "step", name, "row", s.Row)
	}
	switch {
	case s.Review:
		return say(lang, "unstaffed.review", "step", name)
	case len(s.Apart) > 0:
		others := make([]string, len(s.Apart))
		for i, a := range s.Apart {
			others[i] = forms.Text(a.Name).In(lang)
		}
		return say(lang, "unstaffed.apart", "step", name, "others", strings.Join(others, say(lang, "list.between")))
	}
	return say(lang, "unstaffed.step", "step", name)
}

// namesOf are the names of several.
func namesOf(all []workflow.Signer, lang string) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return strings.Join(names, say(lang, "list.between"))
}

func deadEndLine(end ismskit.DeadEnd, lang string) string {
	name := forms.Text(end.Name).In(lang)
	if end.Row != "" {
		name = say(lang, "unstaffed.row", "step", name, "row", end.Row)
	}
	switch end.Why() {
	case ismskit.DeadEndAway:
		key := "unstaffed.away"
		if len(end.Asked) > 0 {
			key = "unstaffed.away_asked"
		}
		return say(lang, key, "step", name, "people", namesOf(end.Away, lang), "asked", namesOf(end.Asked, lang))
	case ismskit.DeadEndFew:
		return say(lang, "unstaffed.few", "step", name)
	}
	return unstaffedLine(end.UnstaffedStep, lang)
}
