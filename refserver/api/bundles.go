package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
)

const bundleType = "application/zip"

type caseBundleRequest struct {
	ID string `path:"id" maxLength:"100"`
}

type recordsBundleRequest struct {
	RecordFilter
	Changes bool `query:"changes" doc:"With the trails of people, roles, lists and exports, for those who read everything."`
	asked   url.Values
}

// Resolve keeps what was asked for in the words of the request.
func (r *recordsBundleRequest) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	r.asked = u.Query()
	return nil
}

func (a *API) bundleOperations() {
	add(a, operation{id: "export-case", method: http.MethodPost, path: "/cases/{id}/bundle", tag: "records",
		summary: "A case with its rows, trail and files as a bundle (封存檔) that can be checked without this server; a person has at most " + strconv.Itoa(ismskit.MaxBundles) + " waiting or being made at once", refusals: []int{s404, s429}},
		a.exportCase, answersBundle)
	add(a, operation{id: "export-records", method: http.MethodPost, path: "/records/bundle", tag: "records",
		summary: "What the archive finds as a bundle (封存檔), within the same number", refusals: []int{s404, s429}},
		a.exportRecords, answersBundle)
}

// answersBundle describes an answer that is a bundle.
func answersBundle(op *huma.Operation) { answersBytes(op, bundleType) }

func (a *API) exportCase(ctx context.Context, in *caseBundleRequest) (*download, error) {
	write, err := a.export(ctx, ismskit.Export{Cases: []string{in.ID}, Scope: map[string]string{"case": in.ID}})
	if err != nil {
		return nil, err
	}
	// Asked for its number only now: a case that is classified is opened by that.
	c, err := a.kit.Case(ctx, actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return a.give(ctx, c.Number, write)
}

func (a *API) exportRecords(ctx context.Context, in *recordsBundleRequest) (*download, error) {
	q, err := a.query(ctx, in.RecordFilter)
	if err != nil {
		return nil, err
	}
	write, err := a.export(ctx, ismskit.Export{Query: q, Scope: scopeOf(ctx, in.asked), System: in.Changes})
	if err != nil {
		return nil, err
	}
	return a.give(ctx, "", write)
}

type writing = func(context.Context, io.Writer) error

// export asks for a bundle, which is printed as the pages print it.
func (a *API) export(ctx context.Context, x ismskit.Export) (writing, error) {
	x.Decision, x.Imprint.Lang = print.DecisionOf, langOf(ctx)
	return a.kit.Evidence().Export(ctx, actor(ctx), x)
}

// give answers with a bundle that is made while it is sent. It is named by the number of
// the one case that it is of, and by the minute, as the page's is.
func (a *API) give(ctx context.Context, number string, write writing) (*download, error) {
	body, made := io.Pipe()
	go a.pour(ctx, made, write)
	at := a.o.Now().In(a.o.Location)
	day := forms.Locale{Lang: langOf(ctx), Location: a.o.Location}.Day(calendar.DateOf(at))
	what := strings.Join(strings.Fields(number+" "+day+" "+at.Format("1504")), " ")
	return a.send(say(langOf(ctx), "list.bundle", "what", what)+".zip", bundleType, 0, body), nil
}

// pour writes a bundle to the end of a pipe, off the goroutine of the request: a panic
// here is nobody else's to catch, and would end the server.
func (a *API) pour(ctx context.Context, to *io.PipeWriter, write func(context.Context, io.Writer) error) {
	var err error
	defer func() {
		if reason := recover(); reason != nil {
			a.o.Log.ErrorContext(ctx, "panic", "incident", a.o.Incident(ctx), "route", note(ctx).route,
				"reason", fmt.Sprint(reason), "stack", string(debug.Stack()))
			err = errors.New("bundle: broken off by a panic")
		}
		to.CloseWithError(err) // never fails; nil is the end
	}()
	if err = write(ctx, to); err != nil {
		err = fmt.Errorf("bundle: %w", err)
	}
}
