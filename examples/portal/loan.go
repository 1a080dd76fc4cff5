package main

import (
	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// laptopLoan is the portal's own form type.
var laptopLoan = ismskit.Type{
	Key: "laptop_loan", Version: "1", Title: forms.Text{"zh-TW": "公用筆電借用單"}, Offered: true, Subject: "laptop",
	Number: &ismskit.Numbering{Pattern: "NB-{roc}-{n:4}"},
	Form: forms.Schema{Key: "laptop_loan", Version: "1", Title: forms.Text{"zh-TW": "公用筆電借用單"}, Fields: []forms.Field{
		{Key: "laptop", Type: "text", Label: forms.Text{"zh-TW": "筆電編號"}, Required: true, Pattern: `NB-[0-9]{4}`},
		{Key: "reason", Type: "long_text", Label: forms.Text{"zh-TW": "事由"}, Required: true},
	}},
	Flow: workflow.Flow{Key: "laptop_loan", Version: "1", Root: workflow.Node{Step: &workflow.Step{
		ID: "head", Name: workflow.Text{"zh-TW": "單位主管"}, Kind: workflow.KindApprove, Due: &workflow.Due{Term: "1wd"},
		Who: []workflow.Who{{Kind: workflow.WhoUnitHead}}, NotSameAs: []string{workflow.Applicant},
	}}},
}
