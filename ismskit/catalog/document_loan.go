package catalog

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// documentLent lends, with the last signature, the document that a request names to its
// applicant, for the period asked for.
func documentLent(_ context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
	if c.Outcome != workflow.OutcomeDone {
		return nil, nil
	}
	doc, _ := c.Values["document"].(forms.Ref)
	period, ok := c.Values["period"].(forms.Period)
	if doc.ID == "" || !ok {
		return nil, nil // the document controller found none
	}
	form, ok := c.Lists.Form(register.DocumentLoans)
	if !ok {
		return nil, fmt.Errorf("catalog: there is no list %s", register.DocumentLoans)
	}
	values := forms.Values{
		ismskit.LoanPerson: peopleRef(c.Case.Applicant, c.Case.ApplicantName), ismskit.LoanDocument: doc,
		ismskit.LoanPeriod: period, ismskit.LoanRequest: c.Case.Number, ismskit.LoanCase: c.Case.ID,
	}
	return []ismskit.Effect{ismskit.PutRow{List: register.DocumentLoans, ID: c.Case.ID, Values: form.EncodeJSON(values), Reason: c.Case.Number}}, nil
}
