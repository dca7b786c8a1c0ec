package faults

import (
	"fmt"

	"example.com/workshop/docs/internal/stages"
)

// Column is a column of the matrix: a stage, and what its callers speak.
type Column struct {
	Stage stages.Stage
	GRPC  bool // not net/rpc
}

// Columns returns the columns of some stages: one for each, and one more for
// each that speaks gRPC as well.
func Columns(all []stages.Stage) []Column {
	var columns []Column
	for _, s := range all {
		columns = append(columns, Column{Stage: s})
	}
	for _, s := range all {
		if s.Offers.GRPC {
			columns = append(columns, Column{Stage: s, GRPC: true})
		}
	}
	return columns
}

// Over is the protocol of a cell's callers if that is not net/rpc.
func (c Column) Over() string {
	if c.GRPC {
		return "grpc"
	}
	return ""
}

// Name returns the column's name in messages.
func (c Column) Name() string {
	if c.GRPC {
		return c.Stage.Name() + " over gRPC"
	}
	return c.Stage.Name()
}

// title is the column's head.
func (c Column) title() string {
	if c.GRPC {
		return fmt.Sprintf("%02d over gRPC", c.Stage.Number)
	}
	return fmt.Sprintf("%02d %s", c.Stage.Number, c.Stage.Idea)
}

// has says whether a cell belongs to the column.
func (c Column) has(cell Cell) bool { return cell.Stage == c.Stage.Number && cell.Over == c.Over() }
