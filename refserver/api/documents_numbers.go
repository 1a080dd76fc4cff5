package api

import (
	"context"
	"net/http"
)

// NextNumber is what a new document would be called by one of the house's rules.
type NextNumber struct {
	Rule    string `json:"rule" doc:"The row of the register document_numbers."`
	Pattern string `json:"pattern"`
	Number  string `json:"number,omitempty" doc:"Left out where the rule needs a unit and none is named."`
	Given   bool   `json:"given,omitempty" doc:"No other number may be typed."`
}

type nextNumbersRequest struct {
	Level int    `query:"level" required:"true" minimum:"1" maximum:"4"`
	Unit  string `query:"unit" maxLength:"100" doc:"The owning unit's id."`
}

type nextNumbersAnswer struct {
	Body struct {
		Items []NextNumber `json:"items" nullable:"false" doc:"The one that is given first. Nothing is reserved by asking."`
	}
}

func (a *API) nextNumberOperations() {
	add(a, operation{id: "next-document-numbers", method: http.MethodGet, path: "/document-numbers", tag: "documents",
		summary: "What a new document would be called by the house's rules"}, a.nextNumbers)
}

func (a *API) nextNumbers(ctx context.Context, in *nextNumbersRequest) (*nextNumbersAnswer, error) {
	all, err := a.kit.Documents().Lists().NextNumbers(ctx, actor(ctx), in.Level, in.Unit)
	if err != nil {
		return nil, err
	}
	out := &nextNumbersAnswer{}
	out.Body.Items = []NextNumber{}
	for _, n := range all {
		out.Body.Items = append(out.Body.Items, NextNumber{Rule: n.Rule, Pattern: n.Pattern, Number: n.Number, Given: n.Given})
	}
	return out, nil
}
