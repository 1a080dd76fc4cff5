package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/ismskit"
)

// Revised is a request about something that was seen before.
type Revised struct {
	IfMatch string `header:"If-Match" maxLength:"40" doc:"The revision that was seen, as ETag gave it; * compares nothing. Refused with 412 where something has changed since that bears on the action: fields, files or the way of a case on all; a remark by somebody else on each decision; for withdrawing, suspending, resuming, declaring void and going on on paper all that moved the case. A signature beside one's own, in the same step or a parallel one, is no such change. Where others were first with what the action was to do, it is refused for that (403 or 409), with since: to send it again with the present revision does not help."`
}

// describeMatch says of an operation on something that was seen before when it needs
// If-Match. The library would refuse a missing one in its own words, and not as 428,
// if it were told.
func (a *API) describeMatch(method, path, when string, always bool) {
	item := a.huma.OpenAPI().Paths["/api/v1"+path]
	op := map[string]*huma.Operation{http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete}[method]
	for _, p := range op.Parameters {
		if p.Name == "If-Match" {
			p.Description, p.Required = when+" "+p.Description, always
		}
	}
}

// revision is the one the request names; 0 compares nothing. Without one the
// answer is 428: whoever changes something must have seen it.
func (r Revised) revision(needed bool) (n int64, named bool, err error) {
	tag := strings.TrimSpace(r.IfMatch)
	if tag == "" {
		if needed {
			return 0, false, errMatchMissing
		}
		return 0, false, nil
	}
	if tag == "*" {
		return 0, true, nil
	}
	inner, opened := strings.CutPrefix(tag, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	n, err = strconv.ParseInt(inner, 10, 64)
	if !opened || !closed || err != nil || n < 1 {
		return 0, false, errMatch
	}
	return n, true, nil
}

func etag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// Keyed is a request that may be sent again without being carried out twice.
type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"Up to 200 characters of the sender's choice, new for each thing to be done."`
}

const maxKey = 200

func (k Keyed) key() (string, error) {
	if len(k.Key) > maxKey || strings.ContainsFunc(k.Key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
		return "", errKey
	}
	return k.Key, nil
}

// Receipt says what became of an action.
type Receipt struct {
	Case     string `json:"case"`
	Number   string `json:"number,omitempty"`
	Revision int64  `json:"revision"`
	Phase    string `json:"phase"`
	Outcome  string `json:"outcome,omitempty"`
	Repeated bool   `json:"repeated,omitempty" doc:"It had been done before, under the same Idempotency-Key."`

	Rerouted []Rerouted `json:"rerouted,omitempty" nullable:"false" doc:"Steps that come to others than was shown before it was sent."`

	Errors []FieldError `json:"errors,omitempty" nullable:"false" doc:"What must be mended in a draft before it is sent. It is kept as it is."`
}

// Rerouted is a step that comes to others than was shown.
type Rerouted struct {
	Step   string   `json:"step"`
	People []Signer `json:"people" nullable:"false"`
}

// ReceiptAnswer is the answer to an action, with the case's new revision as its
// ETag for the next If-Match.
type ReceiptAnswer struct {
	ETag string `header:"ETag"`
	Body Receipt
}

type openAnswer struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     Receipt
}

func receipt(r ismskit.Receipt, lang string) ReceiptAnswer {
	return ReceiptAnswer{ETag: etag(r.Revision), Body: Receipt{
		Case: r.Case, Number: r.Number, Revision: r.Revision, Phase: string(r.Phase), Outcome: string(r.Outcome), Repeated: r.Repeated,
		Errors: fieldErrors(r.Wrong, lang), Rerouted: rerouted(r.Rerouted, lang),
	}}
}

func rerouted(steps []ismskit.Rerouted, lang string) []Rerouted {
	var out []Rerouted
	for _, s := range steps {
		out = append(out, Rerouted{Step: s.Step.In(lang), People: signers(s.People)})
	}
	return out
}

// act carries out an action and counts it.
func (a *API) act(ctx context.Context, who ismskit.Actor, id string, action ismskit.Action, named bool) (*ReceiptAnswer, error) {
	r, err := a.kit.Act(ctx, who, id, action)
	a.metrics.acted(string(action.Verb), r, err)
	if err != nil {
		return nil, matched(err, named)
	}
	out := receipt(r, langOf(ctx))
	return &out, nil
}
