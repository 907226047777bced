/* The fiber switch for AArch64 (AAPCS64). See fiber.h.

   Saved are x19 to x30 and the low halves of v8 to v15. The switch ends with a branch to a register
   other than x30, so that the return predictor is left alone. */

	.text
	.globl	ny_fiber_switch
	.type	ny_fiber_switch, %function
	.p2align 4
ny_fiber_switch:
	.cfi_startproc
	sub	sp, sp, #160
	.cfi_def_cfa_offset 160
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	.cfi_rel_offset x19, 0
	.cfi_rel_offset x20, 8
	.cfi_rel_offset x21, 16
	.cfi_rel_offset x22, 24
	.cfi_rel_offset x23, 32
	.cfi_rel_offset x24, 40
	.cfi_rel_offset x25, 48
	.cfi_rel_offset x26, 56
	.cfi_rel_offset x27, 64
	.cfi_rel_offset x28, 72
	.cfi_rel_offset x29, 80
	.cfi_rel_offset x30, 88
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x9, sp
	str	x9, [x0]
	mov	sp, x1			/* both stacks look alike here, so the rules above still hold */
	ldp	d14, d15, [sp, #144]
	ldp	d12, d13, [sp, #128]
	ldp	d10, d11, [sp, #112]
	ldp	d8, d9, [sp, #96]
	ldp	x29, x30, [sp, #80]
	ldp	x27, x28, [sp, #64]
	ldp	x25, x26, [sp, #48]
	ldp	x23, x24, [sp, #32]
	ldp	x21, x22, [sp, #16]
	ldp	x19, x20, [sp, #0]
	add	sp, sp, #160
	.cfi_def_cfa_offset 0
	.cfi_restore x19
	.cfi_restore x20
	.cfi_restore x21
	.cfi_restore x22
	.cfi_restore x23
	.cfi_restore x24
	.cfi_restore x25
	.cfi_restore x26
	.cfi_restore x27
	.cfi_restore x28
	.cfi_restore x29
	.cfi_restore x30
	mov	x9, x30
	br	x9
	.cfi_endproc
	.size	ny_fiber_switch, . - ny_fiber_switch

/* Where a new fiber begins. Its body is in x19; debuggers stop unwinding here. */
	.type	fiber_entry, %function
	.p2align 4
fiber_entry:
	.cfi_startproc
	.cfi_undefined x30
	blr	x19
	brk	#1
	.cfi_endproc
	.size	fiber_entry, . - fiber_entry

	.globl	ny_fiber_prepare
	.type	ny_fiber_prepare, %function
	.p2align 4
ny_fiber_prepare:
	.cfi_startproc
	sub	x0, x0, #160
	str	x1, [x0, #0]
	adrp	x9, fiber_entry
	add	x9, x9, :lo12:fiber_entry
	stp	xzr, x9, [x0, #80]
	ret
	.cfi_endproc
	.size	ny_fiber_prepare, . - ny_fiber_prepare

	.section .note.GNU-stack, "", %progbits
