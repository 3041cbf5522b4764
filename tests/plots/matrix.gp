# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 700,352 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'matrix.svg'

set border 3 linecolor rgb '#404040'
set tics nomirror scale 0.6
set key below center horizontal reverse Left samplen 3
set xlabel offset 0, 0.4
set minussign
set errorbars small
set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1
set linetype 1 linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 4 linecolor rgb '#CC79A7' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 5 linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 6 linecolor rgb '#56B4E9' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 7 linecolor rgb '#000000' linewidth 2 dashtype 2 pointtype 7 pointsize 0.6
set linetype 8 linecolor rgb '#F0E442' linewidth 2 dashtype 4 pointtype 7 pointsize 0.6
set linetype cycle 8

$cells << END
50 216 20 78 198 236 0
110 216 80 138 198 236 0
170 216 140 198 198 236 0
230 216 200 258 198 236 0
50 176 20 78 158 196 -0.76055381
110 176 80 138 158 196 -0.892726886
170 176 140 198 158 196 -0.818990135
230 176 200 258 158 196 -0.818990135
50 136 20 78 118 156 0.436756268
110 136 80 138 118 156 0.56507107
170 136 140 198 118 156 0.493064811
230 136 200 258 118 156 0.493064811
50 96 20 78 78 116 -0.72533138
110 96 80 138 78 116 -0.857379014
170 96 140 198 78 116 -0.783698125
230 96 200 258 78 116 -0.783698125
310 216 280 338 198 236 -0.992255072
370 216 340 398 198 236 -0.968131581
430 216 400 458 198 236 -0.983296962
490 216 460 518 198 236 -0.986184875
310 176 280 338 158 196 0.992255072
370 176 340 398 158 196 0.968131581
430 176 400 458 158 196 0.983296962
490 176 460 518 158 196 0.986184875
570 216 540 598 198 236 0
630 216 600 658 198 236 -1
570 176 540 598 158 196 -0.660979178
630 176 600 658 158 196 1
570 136 540 598 118 156 0.343341432
570 96 540 598 78 116 -0.625963842
END
set margins 0, 0, 0, 0
unset border
unset tics
unset grid
unset key
set xrange [0:700]
set yrange [0:352]
set label 'The gradient of light-math-example, 30 derivatives' at 350, 328.0 center front font ',16'
set label 'L: squared\_error, one sample' at 350, 304.0 center front font ',12' textcolor rgb '#606060'
set label 'Layer 1' at 20.0, 268.0 left front
set label '∂L/∂W1, 4 × 4' at 20.0, 250.0 left front font ',11' textcolor rgb '#606060'
set label 'Output layer' at 280.0, 268.0 left front
set label '∂L/∂W2, 2 × 4' at 280.0, 250.0 left front font ',11' textcolor rgb '#606060'
set label 'Biases' at 540.0, 268.0 left front
set label '∂L/∂b1, ∂L/∂b2' at 540.0, 250.0 left front font ',11' textcolor rgb '#606060'
set label 'w₁₁₁' at 49.0, 225.0 center front font ',9' textcolor rgb '#000000'
set label '0' at 49.0, 210.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₁₂' at 109.0, 225.0 center front font ',9' textcolor rgb '#000000'
set label '0' at 109.0, 210.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₁₃' at 169.0, 225.0 center front font ',9' textcolor rgb '#000000'
set label '0' at 169.0, 210.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₁₄' at 229.0, 225.0 center front font ',9' textcolor rgb '#000000'
set label '0' at 229.0, 210.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₂₁' at 49.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.031' at 49.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₂₂' at 109.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.077' at 109.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₂₃' at 169.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.046' at 169.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₂₄' at 229.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.046' at 229.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₃₁' at 49.0, 145.0 center front font ',9' textcolor rgb '#000000'
set label '0.0032' at 49.0, 130.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₃₂' at 109.0, 145.0 center front font ',9' textcolor rgb '#000000'
set label '0.0079' at 109.0, 130.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₃₃' at 169.0, 145.0 center front font ',9' textcolor rgb '#000000'
set label '0.0047' at 169.0, 130.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₃₄' at 229.0, 145.0 center front font ',9' textcolor rgb '#000000'
set label '0.0047' at 229.0, 130.0 center front font ',10' textcolor rgb '#000000'
set label 'w₁₄₁' at 49.0, 105.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.024' at 49.0, 90.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₄₂' at 109.0, 105.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.061' at 109.0, 90.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₄₃' at 169.0, 105.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.036' at 169.0, 90.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₁₄₄' at 229.0, 105.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.036' at 229.0, 90.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₁₁' at 309.0, 225.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.15' at 309.0, 210.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₁₂' at 369.0, 225.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.13' at 369.0, 210.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₁₃' at 429.0, 225.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.14' at 429.0, 210.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₁₄' at 489.0, 225.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.15' at 489.0, 210.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₂₁' at 309.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '0.15' at 309.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₂₂' at 369.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '0.13' at 369.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₂₃' at 429.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '0.14' at 429.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'w₂₂₄' at 489.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '0.15' at 489.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'b₁₁' at 569.0, 225.0 center front font ',9' textcolor rgb '#000000'
set label '0' at 569.0, 210.0 center front font ',10' textcolor rgb '#000000'
set label 'b₂₁' at 629.0, 225.0 center front font ',9' textcolor rgb '#ffffff'
set label '−0.16' at 629.0, 210.0 center front font ',10' textcolor rgb '#ffffff'
set label 'b₁₂' at 569.0, 185.0 center front font ',9' textcolor rgb '#000000'
set label '−0.015' at 569.0, 170.0 center front font ',10' textcolor rgb '#000000'
set label 'b₂₂' at 629.0, 185.0 center front font ',9' textcolor rgb '#ffffff'
set label '0.16' at 629.0, 170.0 center front font ',10' textcolor rgb '#ffffff'
set label 'b₁₃' at 569.0, 145.0 center front font ',9' textcolor rgb '#000000'
set label '0.0016' at 569.0, 130.0 center front font ',10' textcolor rgb '#000000'
set label 'b₁₄' at 569.0, 105.0 center front font ',9' textcolor rgb '#000000'
set label '−0.012' at 569.0, 90.0 center front font ',10' textcolor rgb '#000000'
set palette defined (-1 '#0072B2', -0.5 '#80B8D8', 0 '#F7F7F7', 0.5 '#EAAE80', 1 '#D55E00')
set cbrange [-1:1]
set colorbox horizontal user origin screen 0.08, screen 0.091 size screen 0.84, screen 0.040
set cbtics scale 0 ('−0.16' -1.000000, '−0.016' -0.668010, '−0.0016' -0.347081, '0.16' 1.000000, '0.016' 0.668010, '0.0016' 0.347081, '0' 0)
plot $cells using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid noborder
