package forms

import (
	"time"

	"github.com/expr-lang/expr/types"
)

// Kind is what an expression may do with a value.
type Kind uint8

// The kinds of values in expressions. Records have parts, lists have items, rows are the rows of a table.
const (
	KindAny Kind = iota
	KindText
	KindInteger
	KindDecimal
	KindBoolean
	KindDate
	KindInstant
	KindList
	KindRecord
	KindRows
	kindNil
)

// Shape is how a value looks to expressions.
type Shape struct {
	Kind    Kind
	Of      *Shape           // of a list: its items
	Parts   map[string]Shape // of a record
	Options map[string]int   // of a text: what it can be, when that is known

	read  Shaped // reads the parts of a record
	field *field // the table whose rows these are
}

// Shaped is an Input whose values expressions can look into. One that isn't Shaped is known to them as its canonical
// value, of KindAny.
type Shaped interface {
	Shape() Shape
	// Part gives the named part of v, or v itself for "", as string, int64, Decimal, bool, calendar.Date, time.Time,
	// []string or []any; nil when it is unanswered.
	Part(v any, name string) any
}

func shapeOf(in Input) Shape {
	if s, ok := in.(Shaped); ok {
		return s.Shape()
	}
	return Shape{Kind: KindAny}
}

func partOf(in Input, v any) any {
	if s, ok := in.(Shaped); ok {
		if s.Shape().Kind == KindRecord {
			return v
		}
		return s.Part(v, "")
	}
	return in.Canonical(v)
}

// exprType is the type by which the checker of expr-lang knows the shape. Decimals pass as floats and dates as times
// there; only their types count, the values are ours.
func (s Shape) exprType() types.Type {
	switch s.Kind {
	case KindText:
		return types.String
	case KindInteger:
		return types.Int
	case KindDecimal:
		return types.Float64
	case KindBoolean:
		return types.Bool
	case KindDate, KindInstant:
		return types.TypeOf(time.Time{})
	case KindList:
		return types.Array(s.Of.exprType())
	case KindRecord:
		parts := make(types.Map, len(s.Parts))
		for name, part := range s.Parts {
			parts[name] = part.exprType()
		}
		return parts
	case KindRows:
		cells := types.Map{}
		for _, column := range s.field.columns {
			cells[column.Key] = column.shape().exprType()
		}
		return types.Array(cells)
	}
	return types.Any
}

// blank is what stands for an unanswered value: an unanswered text is "", a box that isn't ticked is false, a list has no
// items; numbers and dates have no blank, using one is reported.
func (s Shape) blank() any {
	switch s.Kind {
	case KindText:
		return ""
	case KindBoolean:
		return false
	}
	return nil
}
