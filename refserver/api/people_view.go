package api

import (
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Signer is a person with the post and unit through which he is meant, named as
// they were then.
type Signer struct {
	Person    string `json:"person"`
	Name      string `json:"name,omitempty"`
	Post      string `json:"post,omitempty"`
	PostTitle string `json:"post_title,omitempty"`
	Unit      string `json:"unit,omitempty"`
	UnitName  string `json:"unit_name,omitempty"`
}

func signer(s workflow.Signer) Signer { return Signer(s) }

func signerOrNil(s *workflow.Signer) *Signer {
	if s == nil {
		return nil
	}
	out := signer(*s)
	return &out
}

func holder(h directory.Holder) Signer {
	return Signer{Person: h.Person, Name: h.Name, Post: h.Post, PostTitle: h.PostTitle, Unit: h.Unit, UnitName: h.UnitName}
}

// Principal is somebody for whom a deputy may act.
type Principal struct {
	Signer
	First  bool      `json:"first" doc:"Nobody who is present comes before."`
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty" doc:"Why the principal is away."`
}

func principal(p directory.Principal) Principal {
	return Principal{Signer: holder(p.Holder), First: p.First, From: p.From, Until: p.To, Reason: p.Reason}
}
