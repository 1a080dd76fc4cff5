package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// version is that of the API; within v1 it only grows.
const version = "1.0.0"

// description is the head of the OpenAPI document. The library's own
// documentation page and schema links are left out.
func (a *API) description() huma.Config {
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "ismskit", Version: version,
				Description: "Forms, sign-off, documents, records and people of an information security management system. " +
					"Times are RFC 3339 in UTC, days are ISO 8601. Refusals are problem details (RFC 9457)." + writtenValues(),
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", Description: "A token of POST /api/v1/sessions, or one its owner has made."},
				},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{a.translated},
	}
	if a.o.Base != "" {
		c.Servers = []*huma.Server{{URL: a.o.Base}}
	}
	a.inner.HandleFunc(patternDescription, func(w http.ResponseWriter, r *http.Request) {
		b, err := json.Marshal(a.huma.OpenAPI())
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json;version=3.1")
		if _, err := w.Write(b); err != nil {
			a.o.Log.DebugContext(r.Context(), "description not received", "error", err)
		}
	})
	return c
}

// Description is the OpenAPI document as JSON.
func (a *API) Description() ([]byte, error) { return json.MarshalIndent(a.huma.OpenAPI(), "", "  ") }

// operation describes one operation: what it is called, where it is, what it is
// for, and which statuses its refusals may have beside the usual ones.
type operation struct {
	id, method, path string
	tag, summary     string
	created          bool // answers 201
	open             bool // needs no token
	refusals         []int
}

// usual are the refusals that every operation may answer.
var usual = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}

// sending are the refusals of whatever has a body.
var sending = []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}

// refusalHeaders are those of refusals, by status.
var refusalHeaders = map[int]map[string]*huma.Param{
	http.StatusUnauthorized:       {"WWW-Authenticate": {Description: "How to be let in, where the token is missing or not valid any more.", Schema: textSchema}},
	http.StatusTooManyRequests:    {"Retry-After": {Description: "In how many seconds to ask again.", Schema: textSchema}},
	http.StatusServiceUnavailable: {"Retry-After": {Description: "In how many seconds to ask again.", Schema: textSchema}},
}

var textSchema = &huma.Schema{Type: huma.TypeString}

// add describes an operation and puts it on its address.
func add[I, O any](a *API, o operation, handle func(ctx context.Context, in *I) (*O, error), more ...func(*huma.Operation)) {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: "/api/v1" + o.path, Tags: []string{o.tag}, Summary: o.summary,
		Responses: map[string]*huma.Response{}, MaxBodyBytes: -1, BodyReadTimeout: -1,
	}
	if o.created {
		op.DefaultStatus = http.StatusCreated
	}
	if o.open {
		op.Security = []map[string][]string{}
	}
	problem := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	refusals := append(o.refusals, usual...)
	if o.method == http.MethodPost || o.method == http.MethodPut {
		refusals = append(refusals, sending...)
	}
	for _, code := range refusals {
		op.Responses[strconv.Itoa(code)] = &huma.Response{
			Description: http.StatusText(code), Content: map[string]*huma.MediaType{problemType: {Schema: problem}}, Headers: refusalHeaders[code],
		}
	}
	for _, m := range more {
		m(&op)
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// Statuses of refusals, for short.
const (
	s404 = http.StatusNotFound
	s409 = http.StatusConflict
	s412 = http.StatusPreconditionFailed
	s428 = http.StatusPreconditionRequired
	s429 = http.StatusTooManyRequests
)
