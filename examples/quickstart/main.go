// Command quickstart embeds ismskit in as few lines as it honestly takes: one
// form type in Go, a host's own people, one request signed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/storage/sqlite"
	"github.com/ismskit/ismskit/workflow"
)

func main() {
	if err := run(context.Background(), "quickstart.db", os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run opens one request for an access card and has it approved.
func run(ctx context.Context, path string, out io.Writer) (err error) {
	// README: begin
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	kit, err := ismskit.New(ismskit.Config{Store: store, Directory: colleagues{}, Types: []ismskit.Type{accessCard}})
	if err != nil {
		return err // every mistake of every form and flow at once
	}
	if err := kit.Start(ctx); err != nil {
		return err
	}
	sent, err := kit.Open(ctx, ismskit.Actor{Person: "clerk"}, ismskit.Opening{
		Type: "access_card", Submit: true, Values: forms.Values{"reason": "調至三樓辦公"},
	})
	if err != nil {
		return err // forms.Invalid says field by field what to mend
	}
	_, err = kit.Act(ctx, ismskit.Actor{Person: "head"}, sent.Case, ismskit.Action{Verb: workflow.VerbApprove, Comment: "同意"})
	if err != nil {
		return err
	}
	done, err := kit.Case(ctx, ismskit.Actor{Person: "clerk"}, sent.Case)
	// README: end
	if err != nil {
		return err
	}
	for _, e := range done.Trail {
		if _, err := fmt.Fprintln(out, done.Number, e.Seq, e.Verb, e.By.Name, e.Hash); err != nil {
			return err
		}
	}
	return nil
}

var accessCard = ismskit.Type{
	Key: "access_card", Version: "1", Title: forms.Text{"zh-TW": "門禁卡申請單"}, Offered: true, Subject: "reason",
	Number: &ismskit.Numbering{Pattern: "AC-{roc}-{n:4}"},
	Form: forms.Schema{Key: "access_card", Version: "1", Title: forms.Text{"zh-TW": "門禁卡申請單"}, Fields: []forms.Field{
		{Key: "reason", Type: "text", Label: forms.Text{"zh-TW": "事由"}, Required: true},
	}},
	Flow: workflow.Flow{Key: "access_card", Version: "1", Root: workflow.Node{Step: &workflow.Step{
		ID: "head", Name: workflow.Text{"zh-TW": "單位主管"}, Kind: workflow.KindApprove, Due: &workflow.Due{Term: "2wd"},
		Who: []workflow.Who{{Kind: workflow.WhoUnitHead}}, NotSameAs: []string{workflow.Applicant},
	}}},
}

// colleagues is the host's own directory: one method.
type colleagues struct{}

func (colleagues) Resolve(_ context.Context, questions []directory.Question) ([]directory.Answer, error) {
	people := map[string]directory.Holder{
		"clerk": {Person: "clerk", Name: "鍾明哲", PostTitle: "科員", Unit: "household", UnitName: "戶政科"},
		"head":  {Person: "head", Name: "邱柏叡", PostTitle: "科長", Unit: "household", UnitName: "戶政科"},
	}
	answers := make([]directory.Answer, len(questions))
	for i, q := range questions {
		answers[i].Question = q.ID
		person := q.Person
		if q.Kind == directory.KindManager || q.Kind == directory.KindUnitHead {
			person = "head"
		}
		if h, ok := people[person]; ok {
			answers[i].Holders = []directory.Holder{h}
		}
	}
	return answers, nil
}
