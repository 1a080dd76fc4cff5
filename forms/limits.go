package forms

// Limits that hold for every form. They keep one bad request from costing much; a schema may be stricter.
const (
	DefaultMaxBytes = 1 << 20 // JSON of one filled-in form unless Schema.MaxBytes says otherwise
	MaxBytes        = 8 << 20 // the most Schema.MaxBytes may say
	MaxSchemaBytes  = 2 << 20 // JSON of a schema
	MaxDepth        = 12      // nesting of JSON arrays and objects
	MaxJSONValues   = 200_000 // values in one JSON text
	MaxNumberLength = 40      // characters of a JSON number

	MaxFields      = 300   // fields of a form, and columns of a table
	MaxOptions     = 1_000 // options of a field
	MaxRows        = 500   // rows of a table
	MaxItems       = 200   // items of a list (choices, references, files, people)
	MaxText        = 2_000 // characters of a text
	DefaultText    = 200   // characters of a text whose field says nothing
	MaxLongText    = 20_000
	DefaultLong    = 4_000
	MaxPosted      = 40_000 // names in a form post
	MaxExpression  = 2_000  // bytes of an expression
	MaxExprNodes   = 200    // nodes of an expression
	MaxExprNesting = 2      // any/all/count inside one another
	MaxExprWork    = 200_000
	MaxPattern     = 500 // bytes of a pattern
	MaxFaults      = 200 // faults reported at once
)
