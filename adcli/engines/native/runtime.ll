; Runtime: what every compiled module shares, its limits, tapes, arrays and their memory.

%Array = type { i64, i64, ptr }
; A tape: where it begins, how far it is used, how far it may be used, and the fewest bytes that were
; on it since that was last noted.
%Tape = type { ptr, ptr, ptr, i64 }
%Mark = type { ptr, ptr }
%Height = type { i64, i64 }
%Chunk = type { ptr, i64 }

@left = internal global i64 0
@most_steps = internal global i64 0
@asked = internal global i64 0
@depth = internal global i64 0
@most_depth = internal global i64 0
@stack_end = internal global ptr null
@place = internal global i64 0
@tape_bytes = internal global i64 0
@tape_room = internal global i64 0
@tape_full = internal global i64 0
@arena = internal global ptr null
@pinned = internal global ptr null
@arena_next = internal global ptr null
@arena_end = internal global ptr null

declare ptr @malloc(i64)
declare ptr @realloc(ptr, i64)
declare void @free(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare ptr @llvm.frameaddress.p0(i32)
declare i64 @llvm.sadd.sat.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.fptosi.sat.i64.f64(double)
declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.ssub.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
declare void @llvm.experimental.noalias.scope.decl(metadata)
declare double @llvm.fabs.f64(double)
declare double @llvm.floor.f64(double)
declare double @llvm.copysign.f64(double, double)
declare double @fmod(double, double) #0
declare double @ldexp(double, i32) #0

; The host sets the limits before a run, and reads the counts after it.

define internal void @adcli.start(i64 %steps, i64 %depth, i64 %room, i64 %tape) {
  store i64 %tape, ptr @tape_room
  store i64 0, ptr @tape_full
  %here = call ptr @llvm.frameaddress.p0(i32 0)
  %below = sub i64 0, %room
  %stack = getelementptr i8, ptr %here, i64 %below
  store i64 %steps, ptr @left
  store i64 0, ptr @asked
  store i64 %steps, ptr @most_steps
  store i64 0, ptr @depth
  store i64 %depth, ptr @most_depth
  store ptr %stack, ptr @stack_end
  store i64 0, ptr @place
  ret void
}

define void @adcli.stop() {
  store volatile i64 1, ptr @asked
  ret void
}

define i64 @adcli.steps() {
  %most = load i64, ptr @most_steps
  %left = load i64, ptr @left
  %n = sub i64 %most, %left
  ret i64 %n
}

; Whether the tapes had no room, where memory ran out.
define i64 @adcli.full() {
  %n = load i64, ptr @tape_full
  ret i64 %n
}

define i64 @adcli.place() {
  %n = load i64, ptr @place
  ret i64 %n
}

; Tapes.  A tape grows to twice its size, or by what is asked for.

define internal i1 @adcli.grow(ptr %tape, i64 %asked) #2 {
  %top.p = getelementptr %Tape, ptr %tape, i64 0, i32 1
  %end.p = getelementptr %Tape, ptr %tape, i64 0, i32 2
  %base = load ptr, ptr %tape
  %top = load ptr, ptr %top.p
  %end = load ptr, ptr %end.p
  %a = ptrtoint ptr %base to i64
  %b = ptrtoint ptr %top to i64
  %c = ptrtoint ptr %end to i64
  %used = sub i64 %b, %a
  %had = sub i64 %c, %a
  %twice = shl i64 %had, 1
  %whole = add i64 %used, %asked
  %least = call i64 @llvm.smax.i64(i64 %whole, i64 4096)
  %size = call i64 @llvm.smax.i64(i64 %twice, i64 %least)
  %more = sub i64 %size, %had
  %all = load i64, ptr @tape_bytes
  %sum = add i64 %all, %more
  %room = load i64, ptr @tape_room
  %over = icmp sgt i64 %sum, %room
  br i1 %over, label %full, label %try
full:
  store i64 1, ptr @tape_full
  ret i1 false
try:
  %new = call ptr @realloc(ptr %base, i64 %size)
  %failed = icmp eq ptr %new, null
  br i1 %failed, label %no, label %yes
yes:
  store i64 %sum, ptr @tape_bytes
  %new.top = getelementptr i8, ptr %new, i64 %used
  %new.end = getelementptr i8, ptr %new, i64 %size
  store ptr %new, ptr %tape
  store ptr %new.top, ptr %top.p
  store ptr %new.end, ptr %end.p
  ret i1 true
no:
  ret i1 false
}

; Arrays lie in an arena that is given back as a whole after the run.  An array's head takes 32 bytes
; and starts 32 bytes before a multiple of 64, so that no vector of entries lies in two cache lines.

define internal ptr @adcli.first(ptr %chunk) alwaysinline {
  %a = ptrtoint ptr %chunk to i64
  %behind = add i64 %a, 79
  %line = and i64 %behind, -64
  %offset = sub i64 %line, %a
  %all = add i64 %offset, 32
  %first = getelementptr i8, ptr %chunk, i64 %all
  ret ptr %first
}

define internal ptr @adcli.memory(i64 %bytes) #3 {
  %up = add i64 %bytes, 63
  %size = and i64 %up, -64
  %next = load ptr, ptr @arena_next
  %end = load ptr, ptr @arena_end
  %n = ptrtoint ptr %next to i64
  %e = ptrtoint ptr %end to i64
  %room = sub i64 %e, %n
  %fits = icmp ule i64 %size, %room
  br i1 %fits, label %here, label %more, !prof !1
here:
  %after = getelementptr i8, ptr %next, i64 %size
  store ptr %after, ptr @arena_next
  ret ptr %next
more:
  %found = call ptr @adcli.more(i64 %size)
  ret ptr %found
}

define internal ptr @adcli.more(i64 %size) #2 {
  %arena = load ptr, ptr @arena
  %none = icmp eq ptr %arena, null
  br i1 %none, label %choose, label %look
look:
  %size.p = getelementptr %Chunk, ptr %arena, i64 0, i32 1
  %last = load i64, ptr %size.p
  %doubled = shl i64 %last, 1
  %grown = call i64 @llvm.smin.i64(i64 %doubled, i64 67108864)
  br label %choose
choose:
  %wanted = phi i64 [ 65536, %0 ], [ %grown, %look ]
  %least = add i64 %size, 128
  %total = call i64 @llvm.smax.i64(i64 %wanted, i64 %least)
  %new = call ptr @malloc(i64 %total)
  %failed = icmp eq ptr %new, null
  br i1 %failed, label %no, label %yes
yes:
  %kept = getelementptr %Chunk, ptr %new, i64 0, i32 1
  store ptr %arena, ptr %new
  store i64 %total, ptr %kept
  store ptr %new, ptr @arena
  %start = call ptr @adcli.first(ptr %new)
  %next = getelementptr i8, ptr %start, i64 %size
  %end = getelementptr i8, ptr %new, i64 %total
  store ptr %next, ptr @arena_next
  store ptr %end, ptr @arena_end
  ret ptr %start
no:
  ret ptr null
}

; Give the memory of all arrays back, except for the last and largest chunk.
define void @adcli.clear() {
  %last = load ptr, ptr @arena
  %none = icmp eq ptr %last, null
  br i1 %none, label %out, label %reset
reset:
  %rest = load ptr, ptr %last
  call void @adcli.free(ptr %rest)
  store ptr null, ptr %last
  %size.p = getelementptr %Chunk, ptr %last, i64 0, i32 1
  %size = load i64, ptr %size.p
  %start = call ptr @adcli.first(ptr %last)
  %end = getelementptr i8, ptr %last, i64 %size
  store ptr %start, ptr @arena_next
  store ptr %end, ptr @arena_end
  br label %out
out:
  ret void
}

; Keep the arrays that there are until all memory is given back.
define void @adcli.pin() {
  %last = load ptr, ptr @arena
  store ptr %last, ptr @pinned
  store ptr null, ptr @arena
  store ptr null, ptr @arena_next
  store ptr null, ptr @arena_end
  ret void
}

define internal void @adcli.free(ptr %first) {
  br label %loop
loop:
  %chunk = phi ptr [ %first, %0 ], [ %next, %one ]
  %done = icmp eq ptr %chunk, null
  br i1 %done, label %out, label %one
one:
  %next = load ptr, ptr %chunk
  call void @free(ptr %chunk)
  br label %loop
out:
  ret void
}

define internal void @adcli.give_back() {
  %arena = load ptr, ptr @arena
  call void @adcli.free(ptr %arena)
  %pinned = load ptr, ptr @pinned
  call void @adcli.free(ptr %pinned)
  store ptr null, ptr @arena
  store ptr null, ptr @pinned
  store ptr null, ptr @arena_next
  store ptr null, ptr @arena_end
  ret void
}

; A new array whose entries hold anything.
define internal ptr @adcli.open(i64 %n, i64 %bytes) #3 {
  %least = call i64 @llvm.smax.i64(i64 %n, i64 4)
  %small = icmp ult i64 %least, 1099511627776
  br i1 %small, label %try, label %no
try:
  %size = mul i64 %least, %bytes
  %whole = add i64 %size, 32
  %head = call ptr @adcli.memory(i64 %whole)
  %failed = icmp eq ptr %head, null
  br i1 %failed, label %no, label %yes
yes:
  %entries = getelementptr i8, ptr %head, i64 32
  %cap.p = getelementptr %Array, ptr %head, i64 0, i32 1
  %data.p = getelementptr %Array, ptr %head, i64 0, i32 2
  store i64 %n, ptr %head, !tbaa !10
  store i64 %least, ptr %cap.p, !tbaa !10
  store ptr %entries, ptr %data.p, !tbaa !11
  ret ptr %head
no:
  ret ptr null
}

; Fill some entries of an array of numbers with zeros.
define internal void @adcli.fill(ptr %head, i64 %start, i64 %stop) #5 {
  %some = icmp slt i64 %start, %stop
  br i1 %some, label %fill, label %done
fill:
  %data.p = getelementptr %Array, ptr %head, i64 0, i32 2
  %data = load ptr, ptr %data.p, !tbaa !11
  %place = getelementptr double, ptr %data, i64 %start
  %count = sub i64 %stop, %start
  %size = mul i64 %count, 8
  call void @llvm.memset.p0.i64(ptr %place, i8 0, i64 %size, i1 false)
  br label %done
done:
  ret void
}

; Fill an array of numbers, made with its size, with zeros.
define internal void @adcli.zero(ptr %head) #4 {
  %n = load i64, ptr %head, !tbaa !10
  %data.p = getelementptr %Array, ptr %head, i64 0, i32 2
  %data = load ptr, ptr %data.p, !tbaa !11
  %used = mul i64 %n, 8
  %few = icmp ult i64 %n, 32
  br i1 %few, label %next, label %clear
clear:
  call void @llvm.memset.p0.i64(ptr %data, i8 0, i64 %used, i1 false)
  br label %done
next:
  %at = phi i64 [ 0, %0 ], [ %at.next, %fill ]
  %more = icmp ult i64 %at, %n
  br i1 %more, label %fill, label %done
fill:
  %here = getelementptr double, ptr %data, i64 %at
  store double 0.0, ptr %here
  %at.next = add nuw nsw i64 %at, 1
  br label %next
done:
  ret void
}

define internal ptr @adcli.new(i64 %n, i64 %bytes) #4 {
  %head = call ptr @adcli.open(i64 %n, i64 %bytes)
  %failed = icmp eq ptr %head, null
  br i1 %failed, label %no, label %yes
yes:
  %entries = getelementptr i8, ptr %head, i64 32
  %used = mul i64 %n, %bytes
  %short = icmp ult i64 %used, 512
  br i1 %short, label %fill, label %clear
clear:
  call void @llvm.memset.p0.i64(ptr %entries, i8 0, i64 %used, i1 false)
  br label %done
fill:
  %at = phi i64 [ 0, %yes ], [ %at.next, %fill ]
  %here = getelementptr i8, ptr %entries, i64 %at
  store <4 x i64> zeroinitializer, ptr %here, align 32
  %at.next = add nuw nsw i64 %at, 32
  %more = icmp ult i64 %at.next, %used
  br i1 %more, label %fill, label %done
done:
  ret ptr %head
no:
  ret ptr null
}

define internal ptr @adcli.append(ptr %head, i64 %bytes) #3 {
  %cap.p = getelementptr %Array, ptr %head, i64 0, i32 1
  %data.p = getelementptr %Array, ptr %head, i64 0, i32 2
  %n = load i64, ptr %head, !tbaa !10
  %cap = load i64, ptr %cap.p, !tbaa !10
  %full = icmp eq i64 %n, %cap
  br i1 %full, label %grow, label %put, !prof !0
grow:
  %twice = shl i64 %cap, 1
  %size = mul i64 %twice, %bytes
  %new = call ptr @adcli.memory(i64 %size)
  %failed = icmp eq ptr %new, null
  br i1 %failed, label %no, label %move
move:
  %old = load ptr, ptr %data.p, !tbaa !11
  %used = mul i64 %n, %bytes
  call void @llvm.memcpy.p0.p0.i64(ptr %new, ptr %old, i64 %used, i1 false)
  store i64 %twice, ptr %cap.p, !tbaa !10
  store ptr %new, ptr %data.p, !tbaa !11
  br label %put
put:
  %data = load ptr, ptr %data.p, !tbaa !11
  %offset = mul i64 %n, %bytes
  %place = getelementptr i8, ptr %data, i64 %offset
  %more = add i64 %n, 1
  store i64 %more, ptr %head, !tbaa !10
  ret ptr %place
no:
  ret ptr null
}

; Iterations that leave no array behind use the same memory.  A mark is where memory stood, a height
; how far a tape was used, when the iteration began.

define internal void @adcli.mark(ptr %mark) {
  %arena = load ptr, ptr @arena
  %next = load ptr, ptr @arena_next
  %next.p = getelementptr %Mark, ptr %mark, i64 0, i32 1
  store ptr %arena, ptr %mark
  store ptr %next, ptr %next.p
  ret void
}

define internal void @adcli.use_again(ptr %mark, i1 %may) {
  br i1 %may, label %look, label %new
look:
  %arena = load ptr, ptr @arena
  %was = load ptr, ptr %mark
  %same = icmp eq ptr %arena, %was
  br i1 %same, label %back, label %moved
back:
  %next.p = getelementptr %Mark, ptr %mark, i64 0, i32 1
  %next = load ptr, ptr %next.p
  store ptr %next, ptr @arena_next
  ret void
moved:
  %start = call ptr @adcli.first(ptr %arena)
  store ptr %start, ptr @arena_next
  br label %new
new:
  call void @adcli.mark(ptr %mark)
  ret void
}

define internal i64 @adcli.height(ptr %tape) alwaysinline {
  %top.p = getelementptr %Tape, ptr %tape, i64 0, i32 1
  %base = load ptr, ptr %tape
  %top = load ptr, ptr %top.p
  %a = ptrtoint ptr %base to i64
  %b = ptrtoint ptr %top to i64
  %height = sub i64 %b, %a
  ret i64 %height
}

; After a pop, note how far the tape is used.
define internal void @adcli.lower(ptr %tape, ptr %top) alwaysinline {
  %low.p = getelementptr %Tape, ptr %tape, i64 0, i32 3
  %base = load ptr, ptr %tape
  %a = ptrtoint ptr %base to i64
  %b = ptrtoint ptr %top to i64
  %height = sub i64 %b, %a
  %low = load i64, ptr %low.p
  %least = call i64 @llvm.smin.i64(i64 %low, i64 %height)
  store i64 %least, ptr %low.p
  ret void
}

; Note how far a tape is used, and the fewest bytes that were on it before; count those anew.
define internal void @adcli.note(ptr %tape, ptr %mark) {
  %low.p = getelementptr %Tape, ptr %tape, i64 0, i32 3
  %height = call i64 @adcli.height(ptr %tape)
  %low = load i64, ptr %low.p
  %low.m = getelementptr %Height, ptr %mark, i64 0, i32 1
  store i64 %height, ptr %mark
  store i64 %low, ptr %low.m
  store i64 %height, ptr %low.p
  ret void
}

define internal i1 @adcli.is_as_noted(ptr %tape, ptr %mark) {
  %low.p = getelementptr %Tape, ptr %tape, i64 0, i32 3
  %height = call i64 @adcli.height(ptr %tape)
  %low = load i64, ptr %low.p
  %noted = load i64, ptr %mark
  %a = icmp eq i64 %height, %noted
  %b = icmp sge i64 %low, %noted
  %same = and i1 %a, %b
  store i64 %height, ptr %mark
  store i64 %height, ptr %low.p
  %low.m = getelementptr %Height, ptr %mark, i64 0, i32 1
  %before = load i64, ptr %low.m
  %least = call i64 @llvm.smin.i64(i64 %before, i64 %low)
  store i64 %least, ptr %low.m
  ret i1 %same
}

define internal void @adcli.forget(ptr %tape, ptr %mark) {
  %low.p = getelementptr %Tape, ptr %tape, i64 0, i32 3
  %low.m = getelementptr %Height, ptr %mark, i64 0, i32 1
  %low = load i64, ptr %low.m
  %now = load i64, ptr %low.p
  %least = call i64 @llvm.smin.i64(i64 %low, i64 %now)
  store i64 %least, ptr %low.p
  ret void
}

; The host asks for an array, for an argument.

define ptr @adcli.array(i64 %n, i64 %bytes) {
  %made = call ptr @adcli.new(i64 %n, i64 %bytes)
  ret ptr %made
}

; The number of iterations of a loop over a range; the step is not 0.

define internal i64 @adcli.up(i64 %start, i64 %stop) alwaysinline {
  %some = icmp slt i64 %start, %stop
  %count = sub i64 %stop, %start
  %sane = call i64 @llvm.umin.i64(i64 %count, i64 9223372036854775807)
  %found = select i1 %some, i64 %sane, i64 0
  ret i64 %found
}

define internal i64 @adcli.down(i64 %start, i64 %stop) alwaysinline {
  %found = call i64 @adcli.up(i64 %stop, i64 %start)
  ret i64 %found
}

define internal i64 @adcli.trip_count(i64 %start, i64 %stop, i64 %step) alwaysinline {
  %up = icmp sgt i64 %step, 0
  %ahead = icmp slt i64 %start, %stop
  %behind = icmp sgt i64 %start, %stop
  %any = select i1 %up, i1 %ahead, i1 %behind
  %forth = sub i64 %stop, %start
  %back = sub i64 %start, %stop
  %way = select i1 %up, i64 %forth, i64 %back
  %minus = sub i64 0, %step
  %size = select i1 %up, i64 %step, i64 %minus
  %rest = sub i64 %way, 1
  %div = udiv i64 %rest, %size
  %count = add i64 %div, 1
  %sane = icmp sgt i64 %count, 0
  %most = select i1 %sane, i64 %count, i64 9223372036854775807
  %found = select i1 %any, i64 %most, i64 0
  ret i64 %found
}

attributes #0 = { nounwind willreturn memory(none) }
attributes #1 = { nounwind }
attributes #2 = { nounwind noinline cold }
attributes #3 = { nounwind }
attributes #4 = { nounwind noinline "no-builtin-memset" }
attributes #5 = { nounwind noinline }

!0 = !{!"branch_weights", i32 1, i32 1048576}
!1 = !{!"branch_weights", i32 1048576, i32 1}
!2 = !{!"adcli"}
!10 = !{!30, !30, i64 0}
!11 = !{!31, !31, i64 0}
!13 = !{!33, !33, i64 0}
!14 = !{!34, !34, i64 0}
!15 = !{!35, !35, i64 0}
!16 = !{!36, !36, i64 0}
!20 = !{!40, !40, i64 0}
!21 = !{!41, !41, i64 0}
!22 = !{!42, !42, i64 0}
!23 = !{!43, !43, i64 0}
!24 = !{!44, !44, i64 0}
!25 = !{!45, !45, i64 0}
!26 = !{!46, !46, i64 0}
!27 = !{!47, !47, i64 0}
!30 = !{!"length", !2}
!31 = !{!"entries", !2}
!33 = !{!"real", !2}
!34 = !{!"int", !2}
!35 = !{!"bool", !2}
!36 = !{!"array", !2}
!40 = !{!"tape0", !2}
!41 = !{!"tape1", !2}
!42 = !{!"tape2", !2}
!43 = !{!"tape3", !2}
!44 = !{!"tape4", !2}
!45 = !{!"tape5", !2}
!46 = !{!"tape6", !2}
!47 = !{!"tape7", !2}
