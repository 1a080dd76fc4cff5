package api

import (
	"context"
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
)

// Touch is something that a change of a document touches.
type Touch struct {
	Kind     string `json:"kind" enum:"form,document,row,case,reading"`
	Name     string `json:"name"`
	How      string `json:"how,omitempty" doc:"A relation, or online or retired."`
	Stays    string `json:"stays,omitempty" doc:"The version with which it goes on."`
	Document string `json:"document,omitempty"`
	Case     string `json:"case,omitempty"`
	List     string `json:"list,omitempty"`
	Row      string `json:"row,omitempty"`
}

type touchesAnswer struct {
	Body struct {
		Items []Touch `json:"items" nullable:"false"`
	}
}

type touchesRequest struct {
	DocumentPath
	Version string `path:"version" maxLength:"40"`
}

func (a *API) touchOperations() {
	add(a, operation{id: "get-version-touches", method: http.MethodGet, path: "/documents/{id}/versions/{version}/touches", tag: "documents",
		summary: "What the request that issued a version said that it touches, as far as one may see that", refusals: []int{s404}}, a.versionTouches)
}

func (a *API) versionTouches(ctx context.Context, in *touchesRequest) (*touchesAnswer, error) {
	touched, err := a.kit.Documents().Lists().Touched(ctx, actor(ctx), in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	out := &touchesAnswer{}
	out.Body.Items = touches(touched)
	return out, nil
}

func touches(all []ismskit.Touch) []Touch {
	out := make([]Touch, len(all))
	for i, t := range all {
		out[i] = Touch(t)
	}
	return out
}
