package model

import "time"

// TaskAllowedOperations is what a client can do to a task.
type TaskAllowedOperations string

// The labels of TaskAllowedOperations.
const (
	TaskAllowedOperationsCancel  TaskAllowedOperations = "cancel"
	TaskAllowedOperationsDestroy TaskAllowedOperations = "destroy"
)

var _ = enum("task_allowed_operations", TaskAllowedOperationsCancel, TaskAllowedOperationsDestroy)

// TaskStatusType is how far a task has come.
type TaskStatusType string

// The labels of TaskStatusType.
const (
	TaskStatusTypePending    TaskStatusType = "pending"
	TaskStatusTypeSuccess    TaskStatusType = "success"
	TaskStatusTypeFailure    TaskStatusType = "failure"
	TaskStatusTypeCancelling TaskStatusType = "cancelling"
	TaskStatusTypeCancelled  TaskStatusType = "cancelled"
)

var _ = enum("task_status_type", TaskStatusTypePending, TaskStatusTypeSuccess, TaskStatusTypeFailure, TaskStatusTypeCancelling, TaskStatusTypeCancelled)

// Task is a call under way, or that has ended lately. Rows are kept in memory
// and go after a while.
type Task struct {
	UUID              string                           `api:"RO" life:"rio"`
	NameLabel         string                           `api:"RO" default:"" life:"rio"`
	NameDescription   string                           `api:"RO" default:"" life:"rio"`
	AllowedOperations []TaskAllowedOperations          `api:"RO" default:"[]" life:"rio"`
	CurrentOperations map[string]TaskAllowedOperations `api:"RO" default:"{}" life:"rio"`
	Created           time.Time                        `api:"RO" life:"rio"`
	Finished          time.Time                        `api:"RO" life:"rio"` // the epoch while it runs
	Status            TaskStatusType                   `api:"RO" life:"rio"`
	Session           Ref[Session]                     `api:"RO,internal" life:"rio"`
	ResidentOn        Ref[Host]                        `api:"RO" life:"rio"`
	Progress          float64                          `api:"RO" life:"rio"` // 0 to 1
	Externalpid       int64                            `api:"RO,internal" life:"rio"`
	Stunnelpid        int64                            `api:"RO,internal" life:"published:rio,deprecated:boston"`
	Forwarded         bool                             `api:"RO,internal" life:"rio"`
	ForwardedTo       Ref[Host]                        `api:"RO,internal" life:"rio"`
	Type              string                           `api:"RO" life:"rio"` // of the result
	Result            string                           `api:"RO" life:"rio"` // as XML
	ErrorInfo         []string                         `api:"RO" life:"rio"` // code and parameters of the failure
	OtherConfig       map[string]string                `api:"RO" default:"{}" life:"miami" keys:"applies_to=vm-operator XenCenterUUID=vm-operator XenCenterMeddlingActionTitle=vm-operator"`
	SubtaskOf         Ref[Task]                        `api:"RO" default:"" life:"orlando"` // another task
	Subtasks          []Ref[Task]                      `api:"RO" life:"orlando" of:"task.subtask_of"`
	Backtrace         string                           `api:"RO" default:"()" life:"dundee"`
}

var _ = define[Task](Def{
	Name:  "task",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database events get_all",
	Messages: `
create(label: string, description: string) -> task ref | rio read-only
destroy(self: task ref) -> void | rio read-only
cancel(task: task ref) -> void | rio read-only async
set_status(self: task ref, value: enum task_status_type) -> void | falcon read-only
set_progress(self: task ref, value: float) -> void | stockholm read-only
set_result(self: task ref, value: string) -> void | 21.3.0 read-only
set_error_info(self: task ref, value: string set) -> void | 21.3.0 read-only
add_to_other_config(self: task ref, key: string, value: string) -> void | prototyped:25.8.0 read-only async
remove_from_other_config(self: task ref, key: string) -> void | prototyped:25.8.0 read-only async
set_other_config(self: task ref, value: (string -> string) map) -> void | prototyped:25.8.0 read-only async
`,
})
