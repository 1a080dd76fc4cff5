package forms

// computedType is a value that only the engine sets, by the field's Compute or Fact. Parameters: result (text, integer, decimal,
// boolean or date), and those of the type it names (unit, places, yes, no). Any field of one of these types may have a
// Compute as well; "computed" says that nobody ever types it.
type computedType struct{}

func (computedType) Name() string { return "computed" }

func (computedType) Compile(f Field, r Report) Input {
	result, _ := f.Params["result"].(string)
	rest := make(map[string]any, len(f.Params))
	for key, value := range f.Params {
		if key != "result" {
			rest[key] = value
		}
	}
	f.Params = rest
	if (f.Compute == "") == (f.Fact == nil) {
		r.At("compute").Problem("compute_missing")
	}
	if f.Fact != nil && result != "boolean" && result != "text" {
		r.At("params.result").Problem("want_one_of", "values", []string{"text", "boolean"})
		return nil
	}
	switch result {
	case "text":
		in, ok := textType{"text", f.Fact != nil}.Compile(f, r).(textInput)
		if ok && f.Fact != nil {
			return factText{in}
		}
		return in
	case "integer":
		return integerType{}.Compile(f, r)
	case "decimal":
		return decimalType{}.Compile(f, r)
	case "boolean":
		return booleanType{}.Compile(f, r)
	case "date":
		return dateType{}.Compile(f, r)
	}
	r.At("params.result").Problem("want_one_of", "values", []string{"text", "integer", "decimal", "boolean", "date"})
	return nil
}
