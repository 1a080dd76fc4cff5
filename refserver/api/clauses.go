package api

import "github.com/ismskit/ismskit/ismskit"

// ClauseRef is a clause of a document at which a case points.
type ClauseRef struct {
	Field      string `json:"field"`
	Document   string `json:"document"`
	Number     string `json:"number"`
	Version    string `json:"version" doc:"Of which the clause was when it was recorded."`
	Address    string `json:"address,omitempty" doc:"Missing for the version as a whole, where its clauses cannot be read."`
	Since      string `json:"since,omitempty" enum:"same,changed,removed,renumbered,unknown" doc:"What became of it; missing while the version is in force."`
	Now        string `json:"now,omitempty" doc:"The version in force."`
	NowAddress string `json:"now_address,omitempty"`
}

func clauseRefs(all []ismskit.ClauseRef, lang string) []ClauseRef {
	out := make([]ClauseRef, len(all))
	for i, r := range all {
		out[i] = ClauseRef{Field: r.Field.In(lang), Document: r.ID, Number: r.Number, Version: r.Label, Address: r.Address, Since: r.Since, Now: r.Now, NowAddress: r.NowAddress}
	}
	return out
}
