package forms_test

import (
	"fmt"

	"github.com/ismskit/ismskit/forms"
)

func Example() {
	schema, err := forms.ParseSchema([]byte(`{
		"key": "leave", "version": "1.0", "title": {"zh-TW": "請假單", "en": "Leave request"},
		"fields": [
			{"key": "kind", "type": "choice", "label": {"zh-TW": "假別", "en": "Kind"}, "required": true, "options": [
				{"key": "annual", "label": {"zh-TW": "休假", "en": "Annual"}},
				{"key": "other", "label": {"zh-TW": "其他", "en": "Other"}}]},
			{"key": "why", "type": "text", "label": {"zh-TW": "事由", "en": "Reason"}, "show_if": "kind == 'other'", "require_if": "kind == 'other'"},
			{"key": "days", "type": "date_range", "label": {"zh-TW": "請假期間", "en": "Days"}, "required": true},
			{"key": "day_count", "type": "computed", "label": {"zh-TW": "日數", "en": "Number of days"},
				"compute": "days_between(days.from, days.to) + 1", "params": {"result": "integer"}}
		]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	form, err := forms.Compile(schema, forms.StandardTypes())
	if err != nil {
		fmt.Println(err)
		return
	}

	typed := forms.Posted{"kind": {"other"}, "days.from": {"115.11.23"}, "days.to": {"115.11.25"}}
	sent, invalid := form.FromText(typed, nil)
	if len(invalid) > 0 {
		fmt.Println(invalid.Messages("zh-TW"))
		return
	}
	values, invalid := form.Accept(forms.CheckContext{}, nil, sent)
	fmt.Println(invalid.Messages("zh-TW"), invalid.Messages("en"))
	fmt.Println(form.Format("days", values["days"], forms.Locale{Lang: "zh-TW"}), values["day_count"])

	sent["why"] = "搬家"
	values, invalid = form.Accept(forms.CheckContext{}, nil, sent)
	fmt.Println(len(invalid), string(form.EncodeJSON(values)))
	// Output:
	// [請填寫事由。] [Please fill in Reason.]
	// 115.11.23 至 115.11.25 3
	// 0 {"day_count":3,"days":{"from":"2026-11-23","to":"2026-11-25"},"kind":"other","why":"搬家"}
}
