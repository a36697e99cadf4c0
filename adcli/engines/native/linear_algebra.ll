; Routines of BLAS and LAPACK, called for functions of the IR: see `adcli.ir.blas_routines`.
;
; That of a transpose is our own.  Each returns whether it did the work; if not, the body of the function runs.  The host says where the
; routines are, or leaves null.  Integers are handed over as 64 bits, of which routines with integers
; of 32 bits read the lower half.  Matrices in C order are the transposes of those in Fortran's order.
; Behind the arguments come the lengths of the letters, which Fortran compilers add.

@blas.dgemm = external global ptr
@blas.dgetrf = external global ptr
@blas.dgetrs = external global ptr
@blas.dpotrf = external global ptr
@blas.dtrsm = external global ptr
; How many bytes an integer of theirs has.
@blas.bytes = external global i64
@blas.one = internal constant double 1.0
@blas.zero = internal constant double 0.0
@blas.letters = internal constant [5 x i8] c"NTRUL"

define internal ptr @blas.transposed(i64 %flag) alwaysinline {
  %is = icmp ne i64 %flag, 0
  %at = zext i1 %is to i64
  %letter = getelementptr i8, ptr @blas.letters, i64 %at
  ret ptr %letter
}

; Whether there is a routine, the work pays, the sizes fit, and an array is as long as it must be.
define internal i1 @blas.pays(ptr %routine, i64 %work, i64 %least) alwaysinline {
  %is = icmp ne ptr %routine, null
  %much = icmp sge i64 %work, %least
  %pays = and i1 %is, %much
  ret i1 %pays
}

define internal i1 @blas.fits(i1 %before, ptr %array, i64 %n, i64 %m) alwaysinline {
  %length = load i64, ptr %array
  %wanted = mul i64 %n, %m
  %long = icmp sge i64 %length, %wanted
  %sizes = or i64 %n, %m
  %small = icmp ult i64 %sizes, 2147483648
  %both = and i1 %long, %small
  %all = and i1 %before, %both
  ret i1 %all
}

define internal ptr @blas.entries(ptr %array) alwaysinline {
  %p = getelementptr %Array, ptr %array, i64 0, i32 2
  %entries = load ptr, ptr %p
  ret ptr %entries
}

define internal i1 @routine.multiply(ptr %c, ptr %a, ptr %b, i64 %ta, i64 %tb, i64 %n, i64 %k, i64 %m) {
  %dgemm = load ptr, ptr @blas.dgemm
  %nm = mul i64 %n, %m
  %work = mul i64 %nm, %k
  %pays = call i1 @blas.pays(ptr %dgemm, i64 %work, i64 4096)
  %fits.a = call i1 @blas.fits(i1 %pays, ptr %a, i64 %n, i64 %k)
  %fits.b = call i1 @blas.fits(i1 %fits.a, ptr %b, i64 %k, i64 %m)
  %fits = call i1 @blas.fits(i1 %fits.b, ptr %c, i64 %n, i64 %m)
  br i1 %fits, label %call, label %leave
call:
  %n.p = alloca i64
  %k.p = alloca i64
  %m.p = alloca i64
  %lda.p = alloca i64
  %ldb.p = alloca i64
  store i64 %n, ptr %n.p
  store i64 %k, ptr %k.p
  store i64 %m, ptr %m.p
  %turned.a = icmp ne i64 %ta, 0
  %turned.b = icmp ne i64 %tb, 0
  %lda = select i1 %turned.a, i64 %n, i64 %k
  %ldb = select i1 %turned.b, i64 %k, i64 %m
  store i64 %lda, ptr %lda.p
  store i64 %ldb, ptr %ldb.p
  %letter.a = call ptr @blas.transposed(i64 %ta)
  %letter.b = call ptr @blas.transposed(i64 %tb)
  %entries.a = call ptr @blas.entries(ptr %a)
  %entries.b = call ptr @blas.entries(ptr %b)
  %entries.c = call ptr @blas.entries(ptr %c)
  call void %dgemm(ptr %letter.b, ptr %letter.a, ptr %m.p, ptr %n.p, ptr %k.p, ptr @blas.one, ptr %entries.b, ptr %ldb.p, ptr %entries.a, ptr %lda.p, ptr @blas.zero, ptr %entries.c, ptr %m.p, i64 1, i64 1)
  br label %leave
leave:
  ret i1 %fits
}

; In tiles of eight by eight, so that each line of memory is used up while it is at hand.
define internal i1 @routine.transpose(ptr %to, ptr %from, i64 %n, i64 %m) {
  %some = icmp sgt i64 %n, 0
  %fits.from = call i1 @blas.fits(i1 %some, ptr %from, i64 %n, i64 %m)
  %fits = call i1 @blas.fits(i1 %fits.from, ptr %to, i64 %n, i64 %m)
  br i1 %fits, label %start, label %leave
start:
  %source = call ptr @blas.entries(ptr %from)
  %target = call ptr @blas.entries(ptr %to)
  br label %band
band:
  %top = phi i64 [ 0, %start ], [ %bottom, %band.end ]
  %bottom.far = add i64 %top, 8
  %bottom = call i64 @llvm.smin.i64(i64 %bottom.far, i64 %n)
  br label %column
column:
  %j = phi i64 [ 0, %band ], [ %j.next, %column.end ]
  %inside = icmp slt i64 %j, %m
  br i1 %inside, label %entries, label %band.end
entries:
  %to.column = mul i64 %j, %n
  br label %entry
entry:
  %i = phi i64 [ %top, %entries ], [ %i.next, %entry ]
  %from.row = mul i64 %i, %m
  %from.at = add i64 %from.row, %j
  %to.at = add i64 %to.column, %i
  %from.p = getelementptr double, ptr %source, i64 %from.at
  %to.p = getelementptr double, ptr %target, i64 %to.at
  %value = load double, ptr %from.p
  store double %value, ptr %to.p
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %bottom
  br i1 %more, label %entry, label %column.end
column.end:
  %j.next = add i64 %j, 1
  br label %column
band.end:
  %rest = icmp slt i64 %bottom, %n
  br i1 %rest, label %band, label %leave
leave:
  ret i1 %fits
}

; LAPACK counts rows from 1, in integers of its own.
define internal i1 @routine.factorise(ptr %lu, ptr %pivots, i64 %n) {
  %dgetrf = load ptr, ptr @blas.dgetrf
  %pays = call i1 @blas.pays(ptr %dgetrf, i64 %n, i64 32)
  %fits.lu = call i1 @blas.fits(i1 %pays, ptr %lu, i64 %n, i64 %n)
  %fits = call i1 @blas.fits(i1 %fits.lu, ptr %pivots, i64 %n, i64 1)
  br i1 %fits, label %call, label %leave
call:
  %n.p = alloca i64
  %info.p = alloca i64
  store i64 %n, ptr %n.p
  %room = mul i64 %n, 8
  %rows = call ptr @malloc(i64 %room)
  %entries = call ptr @blas.entries(ptr %lu)
  call void %dgetrf(ptr %n.p, ptr %n.p, ptr %entries, ptr %n.p, ptr %rows, ptr %info.p)
  %target = call ptr @blas.entries(ptr %pivots)
  %bytes = load i64, ptr @blas.bytes
  br label %next
next:
  %i = phi i64 [ 0, %call ], [ %i.next, %next ]
  %at = mul i64 %i, %bytes
  %from = getelementptr i8, ptr %rows, i64 %at
  %low = load i32, ptr %from, align 4
  %row = zext i32 %low to i64
  %less = sub i64 %row, 1
  %to = getelementptr i64, ptr %target, i64 %i
  store i64 %less, ptr %to
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %next, label %done
done:
  call void @free(ptr %rows)
  br label %leave
leave:
  ret i1 %fits
}

define internal i1 @routine.substitute(ptr %x, ptr %lu, ptr %pivots, i64 %t, i64 %n, i64 %m) {
  %dgetrs = load ptr, ptr @blas.dgetrs
  %pays = call i1 @blas.pays(ptr %dgetrs, i64 %n, i64 32)
  %fits.x = call i1 @blas.fits(i1 %pays, ptr %x, i64 %n, i64 %m)
  %fits.lu = call i1 @blas.fits(i1 %fits.x, ptr %lu, i64 %n, i64 %n)
  %fits = call i1 @blas.fits(i1 %fits.lu, ptr %pivots, i64 %n, i64 1)
  br i1 %fits, label %call, label %leave
call:
  %n.p = alloca i64
  %m.p = alloca i64
  %info.p = alloca i64
  store i64 %n, ptr %n.p
  store i64 %m, ptr %m.p
  %room = mul i64 %n, 8
  %rows = call ptr @malloc(i64 %room)
  %source = call ptr @blas.entries(ptr %pivots)
  %bytes = load i64, ptr @blas.bytes
  br label %next
next:
  %i = phi i64 [ 0, %call ], [ %i.next, %onward ]
  %from = getelementptr i64, ptr %source, i64 %i
  %row = load i64, ptr %from
  %one = add i64 %row, 1
  %at = mul i64 %i, %bytes
  %to = getelementptr i8, ptr %rows, i64 %at
  %wide = icmp eq i64 %bytes, 8
  %low = trunc i64 %one to i32
  store i32 %low, ptr %to, align 4
  br i1 %wide, label %upper, label %onward
upper:
  store i64 %one, ptr %to, align 4
  br label %onward
onward:
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %next, label %solve
solve:
  %letter = call ptr @blas.transposed(i64 %t)
  %entries.lu = call ptr @blas.entries(ptr %lu)
  %entries.x = call ptr @blas.entries(ptr %x)
  call void %dgetrs(ptr %letter, ptr %n.p, ptr %m.p, ptr %entries.lu, ptr %n.p, ptr %rows, ptr %entries.x, ptr %n.p, ptr %info.p, i64 1)
  call void @free(ptr %rows)
  br label %leave
leave:
  ret i1 %fits
}

; The lower triangle in C order is the upper one in Fortran's.  Where the matrix is not positive
; definite, the body says so: it is given what it was.
define internal i1 @routine.decompose(ptr %l, ptr %a, i64 %n) {
  %dpotrf = load ptr, ptr @blas.dpotrf
  %pays = call i1 @blas.pays(ptr %dpotrf, i64 %n, i64 32)
  %fits.l = call i1 @blas.fits(i1 %pays, ptr %l, i64 %n, i64 %n)
  %fits = call i1 @blas.fits(i1 %fits.l, ptr %a, i64 %n, i64 %n)
  br i1 %fits, label %call, label %leave
call:
  %n.p = alloca i64
  %info.p = alloca i64
  store i64 %n, ptr %n.p
  store i64 0, ptr %info.p
  %to = call ptr @blas.entries(ptr %l)
  %from = call ptr @blas.entries(ptr %a)
  %line = mul i64 %n, 8
  br label %next
next:
  %i = phi i64 [ 0, %call ], [ %i.next, %next ]
  %start = mul i64 %i, %n
  %to.row = getelementptr double, ptr %to, i64 %start
  %from.row = getelementptr double, ptr %from, i64 %start
  %i.next = add i64 %i, 1
  %held = mul i64 %i.next, 8
  call void @llvm.memcpy.p0.p0.i64(ptr %to.row, ptr %from.row, i64 %held, i1 false)
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %next, label %work
work:
  %letter = getelementptr i8, ptr @blas.letters, i64 3
  call void %dpotrf(ptr %letter, ptr %n.p, ptr %to, ptr %n.p, ptr %info.p, i64 1)
  %info = load i32, ptr %info.p
  %ok = icmp eq i32 %info, 0
  br label %leave
leave:
  %did = phi i1 [ %fits, %0 ], [ %ok, %work ]
  ret i1 %did
}

; X op(L)' = B in C order, from the right in Fortran's.
define internal i1 @routine.substitute_triangle(ptr %x, ptr %l, i64 %t, i64 %n, i64 %m) {
  %dtrsm = load ptr, ptr @blas.dtrsm
  %pays = call i1 @blas.pays(ptr %dtrsm, i64 %n, i64 32)
  %fits.x = call i1 @blas.fits(i1 %pays, ptr %x, i64 %n, i64 %m)
  %fits = call i1 @blas.fits(i1 %fits.x, ptr %l, i64 %n, i64 %n)
  br i1 %fits, label %call, label %leave
call:
  %n.p = alloca i64
  %m.p = alloca i64
  store i64 %n, ptr %n.p
  store i64 %m, ptr %m.p
  %side = getelementptr i8, ptr @blas.letters, i64 2
  %part = getelementptr i8, ptr @blas.letters, i64 3
  %letter = call ptr @blas.transposed(i64 %t)
  %entries.l = call ptr @blas.entries(ptr %l)
  %entries.x = call ptr @blas.entries(ptr %x)
  call void %dtrsm(ptr %side, ptr %part, ptr %letter, ptr @blas.letters, ptr %m.p, ptr %n.p, ptr @blas.one, ptr %entries.l, ptr %n.p, ptr %entries.x, ptr %m.p, i64 1, i64 1, i64 1, i64 1)
  br label %leave
leave:
  ret i1 %fits
}
