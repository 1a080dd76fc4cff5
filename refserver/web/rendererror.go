package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/refserver/answer"
)

// Refusal is a kind of answer that isn't the page asked for.
type Refusal string

// The refusals. What a person may not see doesn't exist for him: there is one
// answer for both, NotThere.
const (
	NotThere    Refusal = "not_there"     // 404
	NotInOffice Refusal = "not_in_office" // 403: who has left
	BadRequest  Refusal = "bad_request"   // 400: cut off, not understood
	Foreign     Refusal = "foreign"       // 403: sent from another site's page
	WrongMethod Refusal = "method"        // 405
	TooLarge    Refusal = "too_large"     // 413
	TooMany     Refusal = "too_many"      // 429
	Fault       Refusal = "fault"         // 500
	Unavailable Refusal = "unavailable"   // 503: the database can't be reached
)

type refusalPage struct {
	status      int
	title, text string // keys
}

var refusalPages = map[Refusal]refusalPage{
	NotThere:    {http.StatusNotFound, "refusal.not_there", "refusal.not_there_text"},
	NotInOffice: {http.StatusForbidden, "refusal.not_in_office", "refusal.not_in_office_text"},
	BadRequest:  {http.StatusBadRequest, "refusal.bad_request", "refusal.bad_request_text"},
	Foreign:     {http.StatusForbidden, "refusal.foreign", "refusal.foreign_text"},
	WrongMethod: {http.StatusMethodNotAllowed, "refusal.method", "refusal.method_text"},
	TooLarge:    {http.StatusRequestEntityTooLarge, "refusal.too_large", "refusal.too_large_text"},
	TooMany:     {http.StatusTooManyRequests, "refusal.too_many", "refusal.too_many_text"},
	Fault:       {http.StatusInternalServerError, "refusal.fault", "refusal.fault_text"},
	Unavailable: {http.StatusServiceUnavailable, "refusal.unavailable", "refusal.unavailable_text"},
}

// Status is the HTTP status of the refusal.
func (k Refusal) Status() int {
	if page, ok := refusalPages[k]; ok {
		return page.status
	}
	return http.StatusInternalServerError
}

// refused is the model of error.html.
type refused struct {
	Title, Text string // keys
	Incident    string // "" when there is nothing to look up in the log
	Limit, Sent string // of what was too large
	Left        bool   // the start page is not his either
	Again       *againForm
}

// Refuse writes the page of a refusal. A Fault and Unavailable carry the
// incident number under which the log has the reason, and the form that was sent,
// to be sent once more: nothing typed is lost with a database that is away.
func (r *Renderer) Refuse(w http.ResponseWriter, req *http.Request, kind Refusal) {
	words, ok := refusalPages[kind]
	if !ok {
		words = refusalPages[Fault]
	}
	page := refused{Title: words.title, Text: words.text, Left: kind == NotInOffice}
	if words.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", answer.RetryAfter)
	}
	if over, ok := req.Context().Value(limitKey{}).(tooMuch); ok {
		page.Limit, page.Sent = forms.SizeText(over.limit), forms.SizeText(over.sent)
		if req.Body != http.NoBody {
			page.Again = r.again(req)
		}
	}
	if words.status >= 500 {
		page.Incident, page.Again = Incident(req.Context()), r.again(req)
	}
	shell, err := r.shell(req)
	if err != nil || words.status >= 500 {
		// What is broken may be what the shell needs: keep the names only.
		r.logQuietly(req.Context(), "shell of an error page", err)
		shell = Shell{Agency: shell.Agency, System: shell.System, Seal: shell.Seal, Foot: shell.Foot}
		r.dress(&shell, req)
	}
	body, err := r.execute(shell, "error", "page", page)
	if err != nil {
		r.logQuietly(req.Context(), "error page", err)
		body = r.plain(shell.Lang, page)
	}
	r.send(w, words.status, body)
}

// Fail is for what should not have happened: the log gets the error, the reader
// a page with the incident number. A database that doesn't answer is Unavailable,
// anything else a Fault.
func (r *Renderer) Fail(w http.ResponseWriter, req *http.Request, err error) {
	r.opts.Log.Log(req.Context(), answer.Level(req.Context(), err), "request failed", "incident", Incident(req.Context()), "error", err)
	kind := Fault
	if answer.Status(err) == http.StatusServiceUnavailable {
		kind = Unavailable
	}
	r.Refuse(w, req, kind)
}

func (r *Renderer) logQuietly(ctx context.Context, what string, err error) {
	if err != nil {
		r.opts.Log.Log(ctx, answer.Level(ctx, err), what, "incident", Incident(ctx), "error", err)
	}
}

// plain is the last resort when even the error page's template fails, as a
// host's own may.
func (r *Renderer) plain(lang string, page refused) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><title>%s</title>\n<h1>%[2]s</h1>\n<p>%s</p>\n",
		html.EscapeString(htmlLang(lang)), html.EscapeString(r.texts.Text(lang, page.Title)), html.EscapeString(r.texts.Text(lang, page.Text)))
	if page.Incident != "" {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(r.texts.Text(lang, "refusal.incident", "No", page.Incident)))
	}
	return []byte(b.String())
}
